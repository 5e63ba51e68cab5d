package taskmaster.output;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What is done to a stream whose bytes are looked at, byte by byte: however it is cut, the result
 * is the same. Owned by one thread.
 *
 * <p>In this order: what stands between supervisord's marks is taken out; escape sequences are left
 * out; lines go to a listener; each line gets its beginning, once, with its first byte. Memory is
 * bounded: a line is never held, but for the listener, who gets long ones in pieces.
 */
final class LineTransform {

    /** Of the lines that the listener gets. */
    static final int LONGEST_LINE = 8 * 1024;

    private static final byte[] BEGIN = "<!--XSUPERVISOR:BEGIN-->".getBytes(US_ASCII);
    private static final byte[] END = "<!--XSUPERVISOR:END-->".getBytes(US_ASCII);

    private static final byte ESCAPE = 0x1b;
    private static final byte BELL = 0x07;

    /** Who hears of what is not, or not only, for the log. */
    interface Listener {

        /** A line without its end. */
        void line(Bytes line);

        /** What stood between the marks, or its beginning. */
        void captured(byte[] bytes);
    }

    /** Where in an escape sequence of a terminal (ECMA-48, section 5.4) the next byte is. */
    private enum Sequence {
        OUTSIDE,
        ESCAPED,
        CONTROL,
        STRING,
        STRING_ESCAPED
    }

    private final LineRule rule;
    private final Listener listener;
    private final byte[] prefix;
    private final IsoTime time = new IsoTime();
    private final Bytes line = new Bytes();
    private final Bytes capture = new Bytes();
    private boolean atStart = true;
    private boolean capturing;
    private int matched;
    private Sequence sequence = Sequence.OUTSIDE;

    LineTransform(LineRule rule, Listener listener) {
        this.rule = rule;
        this.listener = listener;
        prefix = rule.prefix().getBytes(UTF_8);
    }

    /**
     * Takes the next bytes and adds what is for the log.
     *
     * @param millis since 1970
     */
    void feed(byte[] bytes, int length, long millis, Bytes out) {
        for (int i = 0; i < length; i++) {
            if (rule.captureMaxBytes() > 0) {
                mark(bytes[i], millis, out);
            } else {
                strip(bytes[i], millis, out);
            }
        }
    }

    /** No more will come: what may have been the beginning of a mark was none. */
    void end(long millis, Bytes out) {
        int count = matched;
        matched = 0;
        byte[] mark = capturing ? END : BEGIN;
        for (int i = 0; i < count; i++) {
            inside(mark[i], millis, out);
        }
    }

    /** A mark's first byte is nowhere else in it, so what did not match can only begin anew. */
    private void mark(byte b, long millis, Bytes out) {
        byte[] mark = capturing ? END : BEGIN;
        if (b != mark[matched] && matched > 0) {
            end(millis, out);
        }
        if (b != mark[matched]) {
            inside(b, millis, out);
            return;
        }
        matched++;
        if (matched == mark.length) {
            matched = 0;
            if (capturing) {
                listener.captured(capture.copy());
                capture.clear();
            }
            capturing = !capturing;
        }
    }

    private void inside(byte b, long millis, Bytes out) {
        if (!capturing) {
            strip(b, millis, out);
        } else if (capture.size() < rule.captureMaxBytes()) {
            capture.add(b);
        }
    }

    private void strip(byte b, long millis, Bytes out) {
        if (!rule.stripAnsi()) {
            write(b, millis, out);
            return;
        }
        switch (sequence) {
            case OUTSIDE -> {
                if (b == ESCAPE) {
                    sequence = Sequence.ESCAPED;
                } else {
                    write(b, millis, out);
                }
            }
            case ESCAPED -> escaped(b, millis, out);
            case CONTROL -> {
                if (b < 0x20 || b > 0x7e) {
                    broken(b, millis, out);
                } else if (b >= 0x40) {
                    sequence = Sequence.OUTSIDE;
                }
            }
            case STRING -> {
                if (b == ESCAPE) {
                    sequence = Sequence.STRING_ESCAPED;
                } else if (b == BELL) {
                    sequence = Sequence.OUTSIDE;
                } else if (b == '\n') {
                    broken(b, millis, out); // one without an end must not swallow the log
                }
            }
            case STRING_ESCAPED -> {
                sequence = b == '\\' ? Sequence.OUTSIDE : Sequence.STRING;
                if (b == '\n') {
                    broken(b, millis, out);
                }
            }
        }
    }

    private void escaped(byte b, long millis, Bytes out) {
        if (b == '[') {
            sequence = Sequence.CONTROL;
        } else if (b == ']' || b == 'P' || b == '^' || b == '_' || b == 'X') {
            sequence = Sequence.STRING;
        } else if (b < 0x20 || b > 0x7e) {
            broken(b, millis, out);
        } else if (b >= 0x30) {
            sequence = Sequence.OUTSIDE;
        }
    }

    /** This byte is in no sequence. */
    private void broken(byte b, long millis, Bytes out) {
        sequence = Sequence.OUTSIDE;
        strip(b, millis, out);
    }

    private void write(byte b, long millis, Bytes out) {
        if (rule.syslog()) {
            collect(b);
        }
        if (atStart) {
            if (rule.timestamp()) {
                out.add(time.of(millis));
                out.add((byte) ' ');
            }
            out.add(prefix);
        }
        out.add(b);
        atStart = b == '\n';
    }

    private void collect(byte b) {
        if (b != '\n') {
            line.add(b);
        }
        if ((b == '\n' && line.size() > 0) || line.size() == LONGEST_LINE) {
            listener.line(line);
            line.clear();
        }
    }
}
