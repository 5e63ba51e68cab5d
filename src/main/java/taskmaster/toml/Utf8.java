package taskmaster.toml;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Bytes to text, with a problem for what is not UTF-8. */
final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    static TomlSource decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        TomlSource source = new TomlSource(text);
        // Decoding put U+FFFD in place of what it could not read; without one all is well.
        if (text.indexOf(REPLACEMENT) >= 0) {
            report(bytes, source);
        }
        return source;
    }

    /** Decodes again, slowly, to tell replaced bytes from a U+FFFD that is in the file. */
    private static void report(byte[] bytes, TomlSource source) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        int line = 1;
        int column = 1;
        while (true) {
            int from = out.position();
            CoderResult result = decoder.decode(in, out, true);
            for (int i = from; i < out.position(); i++) {
                char c = out.get(i);
                if (c == '\n') {
                    line++;
                    column = 1;
                } else if (!Character.isLowSurrogate(c) && (c != '\uFEFF' || i > 0)) {
                    column++;
                }
            }
            if (!result.isError()) {
                return;
            }
            int value = in.get(in.position()) & 0xFF;
            source.problem(
                    new Position(line, column),
                    "the byte 0x"
                            + Integer.toHexString(value)
                            + " is not UTF-8: save the file as UTF-8");
            in.position(in.position() + result.length());
            column++;
        }
    }
}
