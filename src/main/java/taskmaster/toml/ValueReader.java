package taskmaster.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Values, with arrays and inline tables.
 *
 * <p>What is wrong within one word is reported and reading goes on; what leaves unclear where the
 * value ends is thrown, and {@link TomlParser} looks for the next statement: {@link #open} and
 * {@link #outermost} tell it what was still open.
 */
final class ValueReader {

    private final TomlSource source;
    private final TextReader texts;
    private final KeyReader keys;
    private final ScalarReader scalars;

    /** Tables and arrays around the place. */
    private int depth;

    /** Brackets and braces that are open. */
    private int open;

    /** Where the first of them stands. */
    private Position outermost = new Position(1, 1);

    ValueReader(TomlSource source, TextReader texts, KeyReader keys) {
        this.source = source;
        this.texts = texts;
        this.keys = keys;
        this.scalars = new ScalarReader(source);
    }

    /** Forgets what the last statement left open. */
    void reset() {
        depth = 0;
        open = 0;
    }

    int open() {
        return open;
    }

    Position outermost() {
        return outermost;
    }

    /** The value of a statement in a table that is {@code around} deep. */
    Optional<TomlValue> read(List<Key> path, int around) throws TomlSyntaxException {
        depth = around;
        return valueOf(path);
    }

    /** What stands behind the {@code =}. */
    private Optional<TomlValue> valueOf(List<Key> path) throws TomlSyntaxException {
        source.skipBlank();
        int c = source.peek();
        if (source.atEnd() || source.atNewline() || c == '#' || c == ',' || c == '}') {
            throw source.fail("a value is missing after \"=\"");
        }
        deepen(path.size());
        Optional<TomlValue> value = value();
        depth -= path.size();
        return value;
    }

    private void deepen(int levels) throws TomlSyntaxException {
        depth += levels;
        if (depth > TomlParser.MAX_DEPTH) {
            throw source.fail("nested more than " + TomlParser.MAX_DEPTH + " deep");
        }
    }

    private Optional<TomlValue> value() throws TomlSyntaxException {
        Position start = source.position();
        return switch (source.peek()) {
            case '"', '\'' -> Optional.of(new TomlValue.Text(texts.read(), start));
            case '[' -> Optional.of(array(start));
            case '{' -> Optional.of(inlineTable(start));
            case ']', '}', ',' -> throw source.fail("a value is missing before " + source.found());
            default -> scalars.read(open > 0 ? outermost.line() : 0);
        };
    }

    private void enter(Position start) throws TomlSyntaxException {
        if (open == 0) {
            outermost = start;
        }
        source.advance(1);
        open++;
        deepen(1);
    }

    private void leave() {
        source.advance(1);
        open--;
        depth--;
    }

    private TomlValue array(Position start) throws TomlSyntaxException {
        enter(start);
        List<TomlValue> items = new ArrayList<>();
        while (true) {
            source.skipLines();
            if (source.peek() == ']') {
                leave();
                return new TomlValue.Array(items, start);
            }
            if (source.atEnd()) {
                throw new TomlSyntaxException(start, "this array has no end: \"]\" is missing");
            }
            Optional<TomlValue> item = value();
            if (item.isPresent()) {
                items.add(item.get());
            }
            source.skipLines();
            if (source.peek() == ',') {
                source.advance(1);
            } else if (source.peek() != ']' && !source.atEnd()) {
                throw source.fail(
                        "\",\" is missing between the values of the array, before "
                                + source.found());
            }
        }
    }

    private TomlValue inlineTable(Position start) throws TomlSyntaxException {
        enter(start);
        TableBuilder table = TableBuilder.inline(start);
        boolean spread = skipInside(false);
        while (source.peek() != '}') {
            if (source.atEnd()) {
                throw noEnd(start);
            }
            List<Key> path = keys.dotted();
            keys.equals(path);
            Optional<TomlValue> value = valueOf(path);
            if (value.isPresent()) {
                table.put(path, value.get());
            }
            boolean lineEnded = skipInside(spread);
            spread |= lineEnded;
            if (source.peek() == ',') {
                Position comma = source.position();
                source.advance(1);
                spread |= skipInside(spread);
                if (source.peek() == '}' && !spread) {
                    source.problem(comma, "an inline table cannot end with a comma");
                }
            } else if (source.peek() != '}') {
                throw lineEnded || source.atEnd()
                        ? noEnd(start)
                        : source.fail(
                                "\",\" or \"}\" is missing in the inline table, before "
                                        + source.found());
            }
        }
        leave();
        return table.build();
    }

    private static TomlSyntaxException noEnd(Position start) {
        return new TomlSyntaxException(start, "this inline table has no end: \"}\" is missing");
    }

    /**
     * Blanks. A line end is reported, but then passed: who spreads an inline table over lines means
     * one table, and gets one problem. True where a line ended.
     */
    private boolean skipInside(boolean reported) {
        source.skipBlank();
        if (!source.atNewline() && source.peek() != '#') {
            return false;
        }
        if (!reported) {
            source.problem(
                    source.position(),
                    "an inline table must end on the line where it begins: \"}\" is missing");
        }
        source.skipLines();
        return true;
    }
}
