package taskmaster.toml;

import java.util.ArrayList;
import java.util.List;

/** Keys, bare, quoted and dotted. */
final class KeyReader {

    private final TomlSource source;
    private final TextReader texts;

    KeyReader(TomlSource source, TextReader texts) {
        this.source = source;
        this.texts = texts;
    }

    /** All parts, and the blanks behind them. */
    List<Key> dotted() throws TomlSyntaxException {
        List<Key> path = new ArrayList<>(2);
        while (true) {
            path.add(part());
            source.skipBlank();
            if (source.peek() != '.') {
                return path;
            }
            if (path.size() == TomlParser.MAX_DEPTH) {
                throw source.fail("a key of more than " + TomlParser.MAX_DEPTH + " parts");
            }
            source.advance(1);
            source.skipBlank();
        }
    }

    private Key part() throws TomlSyntaxException {
        Position start = source.position();
        int c = source.peek();
        if (c == '"' || c == '\'') {
            if (texts.isMultiLine()) {
                throw source.fail("a key must be on one line: write it in single quotes");
            }
            return new Key(texts.singleLine(), start);
        }
        int from = source.offset();
        while (Key.isBare(source.peek())) {
            source.advance(1);
        }
        if (source.offset() > from) {
            return new Key(source.since(from), start);
        }
        if (c == '=' || c == '.' || c == ']' || source.atEnd() || source.atNewline()) {
            throw source.fail("a key cannot be empty: write a name here, or \"\"");
        }
        if (c == ';' || c == '/') {
            throw source.fail("a comment begins with \"#\"");
        }
        throw notInBareKey();
    }

    private TomlSyntaxException notInBareKey() {
        return source.fail(source.found() + " cannot stand in a key without quotes");
    }

    /** The {@code =} behind {@code path}. */
    void equals(List<Key> path) throws TomlSyntaxException {
        int c = source.peek();
        if (c == '=') {
            source.advance(1);
            return;
        }
        if (c == ':') {
            throw source.fail("\"=\" must follow the key, not \":\"");
        }
        String key = Key.write(path, path.size());
        if (source.atEnd() || source.atNewline() || c == '#') {
            throw source.fail("\"=\" and a value are missing after the key " + key);
        }
        if (Key.isBare(c) || c == '"' || c == '\'') {
            throw source.fail("\"=\" is missing after the key " + key);
        }
        throw notInBareKey();
    }

    /** The closing bracket or brackets of a header. */
    void endOfHeader(String end) throws TomlSyntaxException {
        if (source.startsWith(end)) {
            source.advance(end.length());
            return;
        }
        int c = source.peek();
        if (source.atEnd() || source.atNewline() || c == '#' || c == ']' || c == '[') {
            throw source.fail("\"" + end + "\" is missing at the end of the table's name");
        }
        if (Key.isBare(c) || c == '"' || c == '\'') {
            throw source.fail("a name with blanks in it needs quotes");
        }
        throw notInBareKey();
    }
}
