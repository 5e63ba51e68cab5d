package taskmaster.json;

import java.util.List;
import java.util.Map;

/**
 * Writes JSON on one line without white space.
 *
 * <p>The text is safe to print and to embed: control characters (also DEL and U+0080 to U+009F,
 * which terminals obey), U+2028, U+2029 and halves of surrogate pairs are escaped; all else is
 * written as it is.
 */
public final class JsonWriter {

    private static final String HEX = "0123456789abcdef";

    private JsonWriter() {}

    public static String write(Json value) {
        StringBuilder out = new StringBuilder(256);
        write(value, out);
        return out.toString();
    }

    /** Appends {@code value} to {@code out}. */
    @SuppressWarnings("IfChainToSwitch")
    public static void write(Json value, StringBuilder out) {
        // A chain of instanceof: a switch on types is linked at run time, which start-up would pay.
        if (value instanceof Json.Str string) {
            writeString(string.value(), out);
        } else if (value instanceof Json.Num number) {
            out.append(number.literal());
        } else if (value instanceof Json.Obj object) {
            writeObject(object.members(), out);
        } else if (value instanceof Json.Arr array) {
            writeArray(array.items(), out);
        } else if (value instanceof Json.Bool bool) {
            out.append(bool.value());
        } else {
            out.append("null");
        }
    }

    private static void writeObject(Map<String, Json> members, StringBuilder out) {
        char before = '{';
        for (Map.Entry<String, Json> member : members.entrySet()) {
            out.append(before);
            before = ',';
            writeString(member.getKey(), out);
            out.append(':');
            write(member.getValue(), out);
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void writeArray(List<Json> items, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            write(items.get(i), out);
        }
        out.append(']');
    }

    /** Plain characters are appended a run at a time. */
    private static void writeString(String value, StringBuilder out) {
        out.append('"');
        int start = 0;
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (isPlain(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < length
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
                continue;
            }
            out.append(value, start, i);
            writeEscape(c, out);
            start = i + 1;
        }
        out.append(value, start, length).append('"');
    }

    private static boolean isPlain(char c) {
        if (c < 0x7F) {
            return c >= ' ' && c != '"' && c != '\\';
        }
        return c > 0x9F && c != '\u2028' && c != '\u2029' && !Character.isSurrogate(c);
    }

    private static void writeEscape(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default ->
                    out.append("\\u")
                            .append(HEX.charAt(c >> 12))
                            .append(HEX.charAt((c >> 8) & 15))
                            .append(HEX.charAt((c >> 4) & 15))
                            .append(HEX.charAt(c & 15));
        }
    }
}
