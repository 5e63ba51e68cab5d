package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Finds in what is typed the keys that mean to leave a program: Ctrl-Z, and Ctrl-P Ctrl-Q. Ctrl-P
 * Ctrl-Z is Ctrl-Z for the program. Also as terminals say keys where the program has asked for that
 * (modifyOtherKeys of xterm; the CSI u of others).
 */
final class DetachKeys {

    private static final byte[][] CONTROL_P = forms(0x10, "112");
    private static final byte[][] CONTROL_Q = forms(0x11, "113");
    private static final byte[][] CONTROL_Z = forms(0x1a, "122");

    /** Ctrl-P as it came, of which nobody knows yet what it begins; empty: it did not. */
    private byte[] held = new byte[0];

    /** What goes to the program; {@code detach}: and nothing more. */
    static final class Typed {

        private final byte[] bytes;
        private final boolean detach;

        private Typed(byte[] bytes, boolean detach) {
            this.bytes = bytes;
            this.detach = detach;
        }

        byte[] bytes() {
            return bytes;
        }

        boolean detach() {
            return detach;
        }
    }

    private static byte[][] forms(int control, String letter) {
        return new byte[][] {
            {(byte) control},
            ("\033[27;5;" + letter + "~").getBytes(US_ASCII),
            ("\033[" + letter + ";5u").getBytes(US_ASCII)
        };
    }

    Typed take(byte[] bytes, int length) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream(length + held.length);
        int at = 0;
        while (at < length) {
            int z = match(CONTROL_Z, bytes, at, length);
            int q = match(CONTROL_Q, bytes, at, length);
            int p = match(CONTROL_P, bytes, at, length);
            if (held.length > 0 ? q > 0 : z > 0) {
                held = new byte[0];
                return new Typed(passed.toByteArray(), true);
            }
            if (held.length > 0 && z == 0) {
                passed.writeBytes(held);
            }
            held = new byte[0];
            if (p > 0) {
                held = Arrays.copyOfRange(bytes, at, at + p);
                at += p;
            } else {
                int count = Math.max(1, z);
                passed.write(bytes, at, count);
                at += count;
            }
        }
        return new Typed(passed.toByteArray(), false);
    }

    /** How many bytes of it there are at that place; 0: it is not there. */
    private static int match(byte[][] forms, byte[] bytes, int at, int length) {
        for (byte[] form : forms) {
            int end = at + form.length;
            if (end <= length && Arrays.equals(bytes, at, end, form, 0, form.length)) {
                return form.length;
            }
        }
        return 0;
    }

    /** A Ctrl-P came, and it is not known yet what it begins. */
    boolean isHolding() {
        return held.length > 0;
    }

    /** It begins nothing. */
    byte[] release() {
        byte[] alone = held;
        held = new byte[0];
        return alone;
    }
}
