package taskmaster.toml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes plain trees (Map, List, String, Long, Double, Boolean, java.time) as TOML, each time in
 * another of the styles that mean the same.
 */
final class TomlWriter {

    private final Random random;
    private final StringBuilder out = new StringBuilder();

    private TomlWriter(long seed) {
        this.random = new Random(seed);
    }

    static String write(Map<String, ?> root, long seed) {
        TomlWriter writer = new TomlWriter(seed);
        writer.section(root, "");
        return writer.out.toString();
    }

    /** The same tree from what was parsed. */
    static Object plain(TomlValue value) {
        return switch (value) {
            case TomlValue.Text text -> text.value();
            case TomlValue.Int number -> number.value();
            case TomlValue.Real number -> number.value();
            case TomlValue.Bool bool -> bool.value();
            case TomlValue.Time time -> time.value();
            case TomlValue.Array array -> {
                List<Object> items = new ArrayList<>();
                for (TomlValue item : array.items()) {
                    items.add(plain(item));
                }
                yield items;
            }
            case TomlValue.Table table -> {
                Map<String, Object> members = new LinkedHashMap<>();
                for (Map.Entry<String, TomlValue.Entry> entry : table.entries().entrySet()) {
                    members.put(entry.getKey(), plain(entry.getValue().value()));
                }
                yield members;
            }
        };
    }

    /** Keys first, because they would otherwise belong to the table before them. */
    private void section(Map<String, ?> table, String path) {
        Map<String, Object> later = new LinkedHashMap<>();
        for (Map.Entry<String, ?> entry : table.entrySet()) {
            Object value = entry.getValue();
            if ((value instanceof Map || isTables(value)) && random.nextBoolean()) {
                later.put(entry.getKey(), value);
            } else {
                keyAndValue(key(entry.getKey()), value);
            }
        }
        for (Map.Entry<String, Object> entry : later.entrySet()) {
            String name = path + (path.isEmpty() ? "" : blank() + "." + blank());
            name += key(entry.getKey());
            if (entry.getValue() instanceof List<?> tables) {
                for (Object item : tables) {
                    out.append(blank()).append("[[").append(blank()).append(name);
                    out.append(blank()).append("]]").append(lineEnd());
                    section(map(item), name);
                }
            } else {
                out.append(blank()).append("[").append(name).append("]").append(lineEnd());
                section(map(entry.getValue()), name);
            }
        }
    }

    private static boolean isTables(Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            return false;
        }
        for (Object item : list) {
            if (!(item instanceof Map)) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> map(Object value) {
        return (Map<String, ?>) value;
    }

    private void keyAndValue(String path, Object value) {
        if (value instanceof Map && !map(value).isEmpty() && random.nextBoolean()) {
            for (Map.Entry<String, ?> entry : map(value).entrySet()) {
                keyAndValue(path + blank() + "." + key(entry.getKey()), entry.getValue());
            }
            return;
        }
        out.append(path).append(blank()).append('=').append(blank());
        value(value);
        out.append(lineEnd());
    }

    private void value(Object value) {
        switch (value) {
            case String text -> out.append(text(text));
            case List<?> items -> {
                out.append('[');
                for (Object item : items) {
                    out.append(gap());
                    value(item);
                    out.append(gap()).append(',');
                }
                if (!items.isEmpty() && random.nextBoolean()) {
                    out.setLength(out.length() - 1);
                }
                out.append(gap()).append(']');
            }
            case Map<?, ?> table -> {
                String separator = "{";
                for (Map.Entry<String, ?> entry : map(table).entrySet()) {
                    out.append(separator).append(blank()).append(key(entry.getKey())).append(" =");
                    value(entry.getValue());
                    separator = blank() + ",";
                }
                out.append(table.isEmpty() ? "{" : "").append(blank()).append('}');
            }
            case Double number ->
                    out.append(number.toString().replace("Infinity", "inf").replace("NaN", "nan"));
            default -> out.append(value);
        }
    }

    private String key(String name) {
        boolean bare = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            bare = bare && Key.isBare(name.charAt(i));
        }
        if (bare && random.nextBoolean()) {
            return name;
        }
        return isLiteral(name) && random.nextBoolean() ? "'" + name + "'" : basic(name, false);
    }

    private String text(String value) {
        return switch (random.nextInt(4)) {
            case 0 -> "\"\"\"" + lineEnd() + basic(value, true) + "\"\"\"";
            case 1 -> isLiteral(value) ? "'" + value + "'" : basic(value, false);
            case 2 -> isLiteral(value) ? "'''" + value + "'''" : basic(value, false);
            default -> basic(value, false);
        };
    }

    private static boolean isLiteral(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\'' || (c < ' ' && c != '\t') || c == 0x7F) {
                return false;
            }
        }
        return true;
    }

    private String basic(String value, boolean multiLine) {
        StringBuilder text = new StringBuilder(multiLine ? "" : "\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n' && multiLine && random.nextBoolean()) {
                text.append('\n');
            } else if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c == 0x7F || (c < 0xD800 && random.nextInt(8) == 0)) {
                text.append((random.nextBoolean() ? "\\u%04x" : "\\U%08X").formatted((int) c));
            } else {
                text.append(c);
            }
            if (multiLine && !Character.isHighSurrogate(c) && random.nextInt(8) == 0) {
                text.append("\\ \n\n\t ");
                // White space that belongs to the string would be folded too.
                if (i + 1 < value.length() && " \t\n".indexOf(value.charAt(i + 1)) >= 0) {
                    text.append("\\u%04x".formatted((int) value.charAt(++i)));
                }
            }
        }
        return text.append(multiLine ? "" : "\"").toString();
    }

    private String blank() {
        return " \t".substring(0, random.nextInt(3));
    }

    private String lineEnd() {
        return random.nextInt(3) == 0 ? "\r\n" : "\n";
    }

    /** What may stand between the items of an array. */
    private String gap() {
        return random.nextInt(4) == 0 ? blank() + "# ] = \"" + lineEnd() : blank();
    }
}
