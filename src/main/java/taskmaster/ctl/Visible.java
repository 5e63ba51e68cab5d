package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/**
 * Makes what a program printed harmless for a terminal: nothing of it moves the cursor, changes
 * colours, types answers, or turns the direction of text.
 *
 * <p>Text in UTF-8, tabs and ends of lines pass. Other control characters are shown as {@code ^[},
 * bytes that are not UTF-8 as {@code \x9b}, and as {@code \u202e} the controls from U+0080 on, what
 * changes the direction of text (Unicode TR 9), other ends of lines, and characters without any
 * picture that hide text.
 *
 * <p>The bytes may come in pieces, cut anywhere.
 */
final class Visible {

    private static final String HEX = "0123456789abcdef";

    /** The beginning of a character; its first byte says how long it will be. */
    private final byte[] held = new byte[4];

    private int heldLength;

    void add(byte[] bytes, int from, int to, ByteArrayOutputStream out) {
        for (int i = from; i < to; i++) {
            add(bytes[i], out);
        }
    }

    private void add(byte next, ByteArrayOutputStream out) {
        if (heldLength > 0 && !continues(next & 0xff)) {
            end(out);
        }
        if (heldLength == 0 && length(next) == 1) {
            ascii(next, out);
            return;
        }
        if (heldLength == 0 && length(next) == 0) {
            hex(next, out);
            return;
        }
        held[heldLength++] = next;
        if (heldLength == length(held[0])) {
            character(out);
            heldLength = 0;
        }
    }

    /** Nothing comes that could complete the last character. */
    void end(ByteArrayOutputStream out) {
        for (int i = 0; i < heldLength; i++) {
            hex(held[i], out);
        }
        heldLength = 0;
    }

    /** Bytes of the character that {@code first} begins; 0 where none begins with it (RFC 3629). */
    private static int length(byte first) {
        int b = first & 0xff;
        if (b < 0x80) {
            return 1;
        }
        if (b < 0xc2 || b > 0xf4) {
            return 0;
        }
        return b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
    }

    /** Whether {@code b} can follow: no long forms, no surrogates, nothing beyond U+10FFFF. */
    private boolean continues(int b) {
        int lowest = 0x80;
        int highest = 0xbf;
        if (heldLength == 1) {
            switch (held[0] & 0xff) {
                case 0xe0 -> lowest = 0xa0;
                case 0xed -> highest = 0x9f;
                case 0xf0 -> lowest = 0x90;
                case 0xf4 -> highest = 0x8f;
                default -> {}
            }
        }
        return b >= lowest && b <= highest;
    }

    private static void ascii(byte b, ByteArrayOutputStream out) {
        if (b == '\n' || b == '\t' || (b >= ' ' && b < 0x7f)) {
            out.write(b);
        } else {
            out.write('^');
            out.write(b ^ 0x40); // 0x1b is ^[, 0x7f is ^?
        }
    }

    private static void hex(byte b, ByteArrayOutputStream out) {
        out.writeBytes("\\x".getBytes(US_ASCII));
        out.write(HEX.charAt(b >> 4 & 0xf));
        out.write(HEX.charAt(b & 0xf));
    }

    private void character(ByteArrayOutputStream out) {
        int code = held[0] & (0xff >> (heldLength + 1));
        for (int i = 1; i < heldLength; i++) {
            code = (code << 6) | (held[i] & 0x3f);
        }
        if (!isDangerous(code)) {
            out.write(held, 0, heldLength);
            return;
        }
        out.writeBytes("\\u".getBytes(US_ASCII));
        for (int shift = code > 0xffff ? 16 : 12; shift >= 0; shift -= 4) {
            out.write(HEX.charAt(code >> shift & 0xf));
        }
    }

    static boolean isDangerous(int code) {
        return (code >= 0x80 && code <= 0x9f)
                || code == 0x61c // Arabic letter mark
                || code == 0x200e // left-to-right mark
                || code == 0x200f
                || (code >= 0x2028 && code <= 0x202e) // line ends, embeddings, overrides
                || (code >= 0x2066 && code <= 0x2069) // isolates
                || (code >= 0xfff9 && code <= 0xfffb) // interlinear annotations
                || (code >= 0xe0000 && code <= 0xe007f); // tags
    }
}
