package taskmaster.toml;

import java.util.List;
import java.util.Optional;

/**
 * Reads TOML 1.0, whole (<a href="https://toml.io/en/v1.0.0">toml.io</a>). Nothing is ever thrown
 * because of a text: what is wrong is in {@link TomlDocument#problems}.
 *
 * <ul>
 *   <li>One problem for a line, and reading goes on at the next statement. A value with a problem
 *       is in the tree where its meaning is plain (a word without quotes is a string), else its key
 *       is not; keys below a header that is wrong are read, but are not in the tree.
 *   <li>A byte order mark at the start is passed over. In strings, CRLF is read as LF.
 *   <li>Tables and arrays may be {@value #MAX_DEPTH} deep: TOML sets no limit, the stack does.
 *   <li>Time and memory are linear in the length of the text.
 * </ul>
 *
 * <p>Recursive descent with one char to look ahead. This class knows statements and how to find the
 * next one; {@link ValueReader} knows values, {@link TableBuilder} what may be defined where.
 */
public final class TomlParser {

    /** So deep may tables and arrays be inside each other; a configuration needs three. */
    public static final int MAX_DEPTH = 64;

    private final TomlSource source;
    private final KeyReader keys;
    private final ValueReader values;
    private final TableBuilder root = TableBuilder.root();

    /** Where keys go; after a header that is wrong, to a table that nobody sees. */
    private TableBuilder section = root;

    private int sectionDepth;

    private TomlParser(TomlSource source) {
        this.source = source;
        TextReader texts = new TextReader(source);
        this.keys = new KeyReader(source, texts);
        this.values = new ValueReader(source, texts, keys);
    }

    /** Reads a text. */
    public static TomlDocument parse(String text) {
        return new TomlParser(new TomlSource(text)).document();
    }

    /** Reads a text in UTF-8; bytes that are not UTF-8 are a problem, each line's first one. */
    public static TomlDocument parse(byte[] utf8) {
        return new TomlParser(Utf8.decode(utf8)).document();
    }

    private TomlDocument document() {
        while (!source.atEnd() && !source.isOverfull()) {
            int firstLine = source.line();
            values.reset();
            try {
                statement();
            } catch (TomlSyntaxException problem) {
                recover(problem, firstLine);
            }
        }
        return new TomlDocument(root.build(), source.problems());
    }

    private void statement() throws TomlSyntaxException {
        source.skipBlank();
        int c = source.peek();
        if (c == '[') {
            header();
        } else if (!source.atEnd() && !source.atNewline() && c != '#') {
            keyAndValue();
        }
        endOfStatement(c);
    }

    private void header() throws TomlSyntaxException {
        section = TableBuilder.root();
        sectionDepth = 0;
        Position start = source.position();
        boolean array = source.startsWith("[[");
        source.advance(array ? 2 : 1);
        source.skipBlank();
        List<Key> path = keys.dotted();
        keys.endOfHeader(array ? "]]" : "]");
        section = array ? root.append(path, start) : root.open(path, start);
        sectionDepth = path.size();
    }

    private void keyAndValue() throws TomlSyntaxException {
        List<Key> path = keys.dotted();
        keys.equals(path);
        Optional<TomlValue> value = values.read(path, sectionDepth);
        if (value.isPresent()) {
            section.put(path, value.get());
        }
    }

    private void endOfStatement(int first) throws TomlSyntaxException {
        source.skipBlank();
        if (source.peek() == '#') {
            source.skipComment();
        }
        if (source.atNewline()) {
            source.newline();
        } else if (!source.atEnd()) {
            String hint = source.peek() == ',' ? ": several values are an array, [1, 2]" : "";
            throw source.fail(
                    first == '['
                            ? "nothing can follow the table's name on its line, but there is "
                                    + source.found()
                            : "a line holds one key and one value, but then there is "
                                    + source.found()
                                    + hint);
        }
    }

    /**
     * Goes to the next statement: to the next line, or, inside brackets, behind them; but not past
     * a line that looks like a statement, because then a bracket was forgotten.
     */
    private void recover(TomlSyntaxException problem, int firstLine) {
        int open = values.open();
        if (open > 0 && source.line() > firstLine && source.lineLooksLikeStatement()) {
            source.problem(
                    values.outermost(),
                    "this bracket is not closed: line " + source.line() + " begins something new");
            source.restartLine();
            return;
        }
        source.problem(problem.position(), problem.getMessage());
        while (!source.atEnd()) {
            int c = source.peek();
            if (source.atNewline()) {
                source.newline();
                if (open <= 0 || source.lineLooksLikeStatement()) {
                    return;
                }
            } else if (c == '#' && open > 0) {
                source.skipComment();
            } else if ((c == '"' || c == '\'') && open > 0) {
                skipString(c);
            } else {
                open += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
                source.advance(1);
            }
        }
    }

    private void skipString(int quote) {
        String three = String.valueOf((char) quote).repeat(3);
        boolean multiLine = source.startsWith(three);
        source.advance(multiLine ? 3 : 1);
        while (!source.atEnd()) {
            if (source.atNewline()) {
                if (!multiLine) {
                    return;
                }
                source.newline();
            } else if (multiLine ? source.startsWith(three) : source.peek() == quote) {
                source.advance(multiLine ? 3 : 1);
                return;
            } else {
                boolean escape = quote == '"' && source.peek() == '\\';
                source.advance(1);
                if (escape && !source.atEnd() && !source.atNewline()) {
                    source.advance(1);
                }
            }
        }
    }
}
