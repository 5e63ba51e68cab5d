package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;
import taskmaster.posix.UnixSocket;

/**
 * Lines as datagrams to the system's log, RFC 5424 over /dev/log. Nobody waits for it: what it does
 * not take, or what nobody is there to take, is dropped and counted. Owned by one thread.
 */
final class Syslog {

    private static final String DEVICE = "/dev/log";

    /** Facility "user" and severity "informational", or for stderr "warning" (section 6.2.1). */
    private static final int INFORMATIONAL = 14;

    private static final int WARNING = 12;

    /** APP-NAME has at most 48 characters. */
    private static final int LONGEST_NAME = 48;

    private static final long RETRY_NANOS = 1_000_000_000L;

    private final Posix posix;
    private final FileIo io;
    private final Notices notices;
    private final Path device;
    private final String host = hostName();
    private final IsoTime time = new IsoTime();
    private final Bytes message = new Bytes();
    private int socket = -1;
    private long retryAt = Long.MIN_VALUE;
    private long dropped;

    Syslog(Posix posix, FileIo io, Notices notices) {
        this(posix, io, notices, Path.of(DEVICE));
    }

    Syslog(Posix posix, FileIo io, Notices notices, Path device) {
        this.posix = posix;
        this.io = io;
        this.notices = notices;
        this.device = device;
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "-";
        }
    }

    /**
     * Sends a line.
     *
     * @param stream {@code web:web_0.stderr}
     * @param now of the monotonic clock, nanoseconds
     * @param millis since 1970
     */
    void send(String stream, Bytes line, long now, long millis) {
        if (dropped > 0 && now < retryAt) {
            dropped++;
            return;
        }
        message.clear();
        boolean err = stream.endsWith(".stderr");
        message.add(("<" + (err ? WARNING : INFORMATIONAL) + ">1 ").getBytes(UTF_8));
        message.add(time.of(millis));
        message.add((" " + host + " " + name(stream) + " - - - ").getBytes(UTF_8));
        message.add(line.copy());
        try {
            connect();
            if (io.send(socket, message.array(), message.size())) {
                sent();
            } else {
                drop(now, "it does not keep up");
            }
        } catch (ErrnoException e) {
            close();
            drop(now, e.errno().toString());
        }
    }

    /** The process, in visible ASCII. */
    private static String name(String stream) {
        String process = stream.substring(stream.indexOf(':') + 1, stream.lastIndexOf('.'));
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < process.length() && i < LONGEST_NAME; i++) {
            char c = process.charAt(i);
            name.append(c > ' ' && c < 0x7f ? c : '?');
        }
        return name.toString();
    }

    private void connect() throws ErrnoException {
        if (socket < 0) {
            socket = UnixSocket.openDatagram();
            UnixSocket.connect(socket, device.toString());
        }
    }

    private void sent() {
        if (dropped > 0) {
            notices.warn("the system's log takes lines again: " + dropped + " were dropped");
            dropped = 0;
        }
    }

    private void drop(long now, String why) {
        if (dropped == 0) {
            notices.warn("cannot write to the system's log \"" + device + "\": " + why);
        }
        dropped++;
        retryAt = now + RETRY_NANOS;
    }

    void close() {
        if (socket >= 0) {
            try {
                posix.close(socket);
            } catch (ErrnoException e) {
                // What was sent has arrived already.
            }
            socket = -1;
        }
    }
}
