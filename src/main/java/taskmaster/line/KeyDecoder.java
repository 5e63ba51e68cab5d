package taskmaster.line;

import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of a terminal, as keys: UTF-8, control characters, and the sequences that xterm, the Linux
 * console, rxvt, screen and tmux send (ECMA-48 section 5.4; "Xterm Control Sequences" by Moy et
 * al., PC-Style Function Keys and Bracketed Paste Mode).
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The keys are the same however the bytes are cut into reads.
 *   <li>A sequence it does not know is swallowed whole, and so are bytes that are no UTF-8: nobody
 *       meant to type them.
 *   <li>Escape alone cannot be told from the beginning of a sequence but by waiting: while {@link
 *       #isWaiting} somebody must call {@link #timeOut} when nothing has come for {@link
 *       #PATIENCE}.
 *   <li>A paste has no such end, since a slow line may pause in the middle and what follows must
 *       not be taken for typed. Where its end never comes, Ctrl-C gives it up.
 * </ul>
 *
 * <p>Owned by one thread.
 */
public final class KeyDecoder {

    /** Between two bytes of a sequence, in nanoseconds: long for a network, short for a hand. */
    public static final long PATIENCE = 100_000_000;

    /** Of a paste, in chars; what is beyond is left out. Longer than any line may be. */
    static final int MOST_PASTED = 64 * 1024;

    /** Of the parameters of a sequence; what is longer means nothing to us. */
    private static final int MOST_PARAMETERS = 16;

    private static final int ESC = 0x1b;
    private static final int DEL = 0x7f;
    private static final int CTRL_C = 3;
    private static final String PASTE_END = "201~";

    private enum State {
        GROUND,
        /** In a character of several bytes. */
        UTF8,
        ESCAPE,
        /** After {@code ESC [}. */
        CSI,
        /** After {@code ESC O}. */
        SS3,
        /** In a string for the terminal, which a terminal sends as an answer. */
        STRING,
        /** In it, after an ESC that ends it with the next byte. */
        STRING_ESCAPE,
        /** The bytes of a mouse, or of a function key of the Linux console. */
        SKIP,
        PASTE
    }

    private State state = State.GROUND;
    private boolean alt;
    private int codePoint;
    private int smallest;
    private int missing;
    private int skip;
    private final StringBuilder parameters = new StringBuilder();
    private final Paste paste = new Paste();
    private List<Key> keys = new ArrayList<>();

    /** The keys that are complete with these bytes. */
    public List<Key> take(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            take(bytes[i] & 0xff);
        }
        return taken();
    }

    private List<Key> taken() {
        List<Key> taken = keys;
        keys = new ArrayList<>();
        return taken;
    }

    /** Whether more must come before it is known what was typed, or soon nothing. */
    public boolean isWaiting() {
        return state != State.GROUND && state != State.PASTE;
    }

    /** Nothing came: what is incomplete was Escape, or is nothing. */
    public List<Key> timeOut() {
        if (state == State.ESCAPE) {
            keys.add(Key.Named.ESCAPE);
        }
        if (state != State.PASTE) {
            ground();
        }
        return taken();
    }

    private void ground() {
        state = State.GROUND;
        alt = false;
    }

    private void take(int b) {
        switch (state) {
            case GROUND -> ground(b);
            case UTF8 -> continueCharacter(b);
            case ESCAPE -> afterEscape(b);
            case CSI -> inSequence(b);
            case SS3 -> afterSs3(b);
            case STRING -> inString(b);
            case STRING_ESCAPE -> afterStringEscape(b);
            case SKIP -> skip();
            case PASTE -> inPaste(b);
        }
    }

    private void ground(int b) {
        if (b == ESC) {
            state = State.ESCAPE;
            alt = false;
        } else if (b < 0x20 || b == DEL) {
            control(b);
        } else if (b < 0x80) {
            character(b);
        } else {
            beginCharacter(b);
        }
    }

    private void control(int b) {
        alt = false;
        state = State.GROUND;
        keys.add(
                switch (b) {
                    case '\r', '\n' -> Key.Named.ENTER;
                    case '\t' -> Key.Named.TAB;
                    case '\b', DEL -> Key.Named.BACKSPACE;
                    default -> new Key.Control((char) (b == 0 || b > 26 ? b + '@' : b + '`'));
                });
    }

    private void character(int c) {
        keys.add(alt ? new Key.Alt(c) : new Key.Text(c));
        ground();
    }

    /** RFC 3629. */
    private void beginCharacter(int b) {
        if (b >= 0xc2 && b < 0xe0) {
            beginCharacter(b & 0x1f, 1, 0x80);
        } else if (b >= 0xe0 && b < 0xf0) {
            beginCharacter(b & 0xf, 2, 0x800);
        } else if (b >= 0xf0 && b < 0xf5) {
            beginCharacter(b & 0x7, 3, 0x10000);
        } else {
            ground();
        }
    }

    private void beginCharacter(int bits, int following, int least) {
        codePoint = bits;
        missing = following;
        smallest = least;
        state = State.UTF8;
    }

    private void continueCharacter(int b) {
        if ((b & 0xc0) != 0x80) {
            ground();
            ground(b);
            return;
        }
        codePoint = (codePoint << 6) | (b & 0x3f);
        missing--;
        if (missing > 0) {
            return;
        }
        boolean surrogate = codePoint >= 0xd800 && codePoint < 0xe000;
        boolean control = codePoint < 0xa0;
        if (codePoint < smallest || codePoint > 0x10ffff || surrogate || control) {
            ground();
        } else {
            character(codePoint);
        }
    }

    private void afterEscape(int b) {
        switch (b) {
            case ESC -> alt = true; // ESC ESC [ A: Alt-Up of rxvt
            case '[' -> begin(State.CSI);
            case 'O' -> begin(State.SS3);
            case ']', 'P', 'X', '^', '_' -> begin(State.STRING);
            case '\b', DEL -> named(Key.Named.WORD_BACKSPACE);
            default -> {
                ground();
                alt = b >= 0x20;
                ground(b);
            }
        }
    }

    private void begin(State next) {
        state = next;
        parameters.setLength(0);
    }

    private void named(Key.Named key) {
        keys.add(key);
        ground();
    }

    private void inSequence(int b) {
        if (b == '[' && parameters.isEmpty()) {
            skip(1); // ESC [ [ A: F1 of the Linux console
        } else if (b >= 0x20 && b < 0x40) {
            parameter(b);
        } else if (b >= 0x40 && b < DEL) {
            endSequence(b);
        } else {
            ground();
            ground(b); // broken off
        }
    }

    private void parameter(int b) {
        if (parameters.length() <= MOST_PARAMETERS) {
            parameters.append((char) b);
        }
    }

    private void afterSs3(int b) {
        if ((b >= '0' && b <= '9') || b == ';') {
            parameter(b);
        } else if (b >= 0x40 && b < DEL) {
            if (b == 'M') {
                named(Key.Named.ENTER); // of the keypad
            } else {
                endSequence(b);
            }
        } else {
            ground();
            ground(b);
        }
    }

    private void endSequence(int last) {
        if (isPrivate()) {
            ground(); // an answer of the terminal
            return;
        }
        boolean word = alt || hasModifier() || (last >= 'a' && last <= 'd' && state == State.SS3);
        boolean mouse = last == 'M' && parameters.isEmpty() && state == State.CSI;
        switch (last) {
            case 'A', 'a' -> keys.add(Key.Named.UP);
            case 'B', 'b' -> keys.add(Key.Named.DOWN);
            case 'C', 'c' -> keys.add(word ? Key.Named.WORD_RIGHT : Key.Named.RIGHT);
            case 'D', 'd' -> keys.add(word ? Key.Named.WORD_LEFT : Key.Named.LEFT);
            case 'H' -> keys.add(Key.Named.HOME);
            case 'F' -> keys.add(Key.Named.END);
            case 'Z' -> keys.add(Key.Named.BACK_TAB);
            case '~' -> numbered(word);
            case '^' -> numbered(true);
            default -> {} // a key that means nothing here
        }
        boolean pasteBegins = last == '~' && parameters.toString().equals("200");
        ground();
        if (mouse) {
            skip(3);
        } else if (pasteBegins) {
            paste.begin();
            state = State.PASTE;
        }
    }

    /** Whether the first parameter is one of {@code < = > ?}. */
    private boolean isPrivate() {
        return !parameters.isEmpty() && parameters.charAt(0) >= '<';
    }

    /** Ctrl or Alt: the second parameter is one more than their bits. */
    private boolean hasModifier() {
        int semicolon = parameters.indexOf(";");
        int modifiers = number(semicolon + 1) - 1;
        boolean only = semicolon < 0 && state == State.CSI;
        return !only && modifiers > 0 && (modifiers & (2 | 4)) != 0;
    }

    /** The number that begins there, at most 9999; 0 where there is none. */
    private int number(int start) {
        int value = 0;
        for (int i = start; i < parameters.length() && i < start + 4; i++) {
            char c = parameters.charAt(i);
            if (c < '0' || c > '9') {
                break;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /** Of {@code ESC [ 3 ~}. */
    private void numbered(boolean word) {
        switch (number(0)) {
            case 1, 7 -> keys.add(Key.Named.HOME);
            case 2 -> keys.add(Key.Named.INSERT);
            case 3 -> keys.add(word ? Key.Named.WORD_DELETE : Key.Named.DELETE);
            case 4, 8 -> keys.add(Key.Named.END);
            case 5 -> keys.add(Key.Named.PAGE_UP);
            case 6 -> keys.add(Key.Named.PAGE_DOWN);
            default -> {} // F5 and the like
        }
    }

    private void inString(int b) {
        if (b == 7) {
            ground();
        } else if (b == ESC) {
            state = State.STRING_ESCAPE;
        } else if (b == CTRL_C) {
            control(b); // no terminal sends that in an answer
        }
    }

    private void afterStringEscape(int b) {
        ground();
        if (b != '\\') {
            state = State.ESCAPE;
            afterEscape(b);
        }
    }

    private void skip(int bytes) {
        skip = bytes;
        state = State.SKIP;
    }

    private void skip() {
        skip--;
        if (skip == 0) {
            ground();
        }
    }

    private void inPaste(int b) {
        if (b == CTRL_C) {
            control(b);
        } else if (paste.take(b)) {
            ground();
            keys.add(new Key.Paste(paste.text()));
        }
    }

    /** The bytes between the brackets. */
    private static final class Paste {

        private static final String END = "\033[" + PASTE_END;

        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

        /** How many bytes of the end are there. */
        private int matched;

        void begin() {
            bytes.reset();
            matched = 0;
        }

        /** True when that was the last byte of its end. */
        boolean take(int b) {
            if (b == END.charAt(matched)) {
                matched++;
                return matched == END.length();
            }
            for (int i = 0; i < matched; i++) {
                add(END.charAt(i));
            }
            matched = b == ESC ? 1 : 0;
            if (matched == 0) {
                add(b);
            }
            return false;
        }

        private void add(int b) {
            if (bytes.size() < MOST_PASTED) {
                bytes.write(b);
            }
        }

        String text() {
            String all = bytes.toString(java.nio.charset.StandardCharsets.UTF_8);
            var text = new StringBuilder(all.length());
            for (int i = 0; i < all.length(); i++) {
                char c = all.charAt(i);
                boolean second = c == '\n' && i > 0 && all.charAt(i - 1) == '\r';
                if (c == '\r' || (c == '\n' && !second)) {
                    text.append('\n');
                } else if (c == '\t' || (c != '\uFFFD' && !Character.isISOControl(c))) {
                    text.append(c);
                }
            }
            return text.toString();
        }
    }
}
