package taskmaster.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a pseudo-terminal, whose other end is the hands and eyes of the user. */
@Timeout(180)
class TerminalTest {

    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGPTPEER = 0x5441;

    private final Posix posix = Posix.open();
    private int hands;
    private int end;

    @BeforeEach
    void openBothEnds() throws Exception {
        hands = posix.open("/dev/ptmx", 0, OpenFlag.READ_WRITE, OpenFlag.NO_CTTY);
        try (NativeCall call = new NativeCall()) {
            assertEquals(
                    0, call.syscall(Sysno.IOCTL, hands, TIOCSPTLCK, call.allocate(4).address()));
            int flags = 2 | OpenFlag.NO_CTTY.bits(Architecture.here()) | OpenFlag.CLOSE_ON_EXEC;
            end = (int) call.syscall(Sysno.IOCTL, hands, TIOCGPTPEER, flags);
            assertTrue(end >= 0, () -> call.errno().toString());
        }
    }

    @AfterEach
    void closeBothEnds() throws Exception {
        posix.close(end);
        if (hands >= 0) {
            posix.close(hands);
        }
    }

    private byte[] attributes() throws Exception {
        try (NativeCall call = new NativeCall()) {
            CMemory termios = call.allocate(Terminal.TERMIOS_BYTES);
            assertEquals(0, call.syscall(Sysno.IOCTL, end, Terminal.TCGETS, termios.address()));
            byte[] copy = new byte[Terminal.TERMIOS_BYTES];
            termios.get(copy, copy.length);
            return copy;
        }
    }

    private void type(String text) throws Exception {
        posix.writeFully(hands, text.getBytes(UTF_8));
    }

    private String seen(int length) throws Exception {
        var seen = new StringBuilder();
        byte[] bytes = new byte[100];
        while (seen.length() < length) {
            seen.append(new String(bytes, 0, posix.read(hands, bytes), UTF_8));
        }
        return seen.toString();
    }

    private static String read(Terminal terminal) throws Exception {
        byte[] bytes = new byte[100];
        return new String(bytes, 0, terminal.read(bytes), UTF_8);
    }

    @Test
    void tellsTerminalsFromOtherFiles() throws Exception {
        Terminal.of(posix, end).close();
        int[] pipe = posix.pipe();
        try {
            ErrnoException refusal =
                    assertThrows(ErrnoException.class, () -> Terminal.of(posix, pipe[0]).close());
            assertEquals("ENOTTY", refusal.errno().name());
        } finally {
            posix.close(pipe[0]);
            posix.close(pipe[1]);
        }
    }

    @Test
    void givesEachKeyAtOnceAndShowsNone() throws Exception {
        try (Terminal terminal = Terminal.of(posix, end)) {
            terminal.enter(Terminal.Mode.KEYS);
            String keys = "a\003\032\021\023\r\026\004";
            type(keys);
            assertEquals(keys, read(terminal));
            terminal.write("x\n".getBytes(UTF_8));
            assertEquals("x\r\n", seen(3), "no echo before it, and a return");
        }
    }

    @Test
    void leavesRawOutputAlone() throws Exception {
        try (Terminal terminal = Terminal.of(posix, end)) {
            terminal.enter(Terminal.Mode.RAW);
            terminal.write("x\ny".getBytes(UTF_8));
            assertEquals("x\ny", seen(3));
        }
    }

    @Test
    void bringsBackWhatItFound() throws Exception {
        byte[] found = attributes();
        Terminal terminal = Terminal.of(posix, end);
        for (Terminal.Mode mode : Terminal.Mode.values()) {
            terminal.enter(mode);
            assertFalse(Arrays.equals(found, attributes()));
            terminal.restore();
            assertArrayEquals(found, attributes());
        }
        terminal.enter(Terminal.Mode.RAW);
        terminal.close();
        assertArrayEquals(found, attributes());
    }

    @Test
    void keepsWhatWasTypedAhead() throws Exception {
        try (Terminal terminal = Terminal.of(posix, end)) {
            type("status");
            assertEquals("status", seen(6), "shown, since it was typed as a line");
            terminal.enter(Terminal.Mode.KEYS);
            assertEquals("status", read(terminal));
        }
    }

    @Test
    void repairsWhatAKilledProgramLeftRaw() throws Exception {
        byte[] found = attributes();
        Terminal killed = Terminal.of(posix, end);
        killed.enter(Terminal.Mode.KEYS);
        posix.close(killed.descriptor());
        Terminal next = Terminal.of(posix, end);
        next.close();
        byte[] repaired = attributes();
        try (NativeCall call = new NativeCall()) {
            CMemory flags = call.allocate(Terminal.TERMIOS_BYTES);
            flags.put(0, repaired, repaired.length);
            int local = flags.getInt(Terminal.LOCAL_FLAGS);
            assertEquals(Terminal.ICANON, local & Terminal.ICANON);
            assertEquals(Terminal.ECHO, local & Terminal.ECHO);
        }
        assertEquals(found.length, repaired.length);
        try (Terminal terminal = Terminal.of(posix, end)) {
            type("line\r");
            assertEquals("line\n", read(terminal), "a return ends a line again");
            assertEquals("line\r\n", seen(6));
        }
    }

    @Test
    void tellsAndSetsTheSize() throws Exception {
        Terminal.setSize(hands, new Terminal.Size(132, 43));
        assertEquals(new Terminal.Size(132, 43), Terminal.size(end));
        Terminal.setSize(end, new Terminal.Size(65535, 1));
        try (Terminal terminal = Terminal.of(posix, end)) {
            assertEquals(new Terminal.Size(65535, 1), terminal.size());
        }
        assertThrows(IllegalArgumentException.class, () -> new Terminal.Size(65536, 1));
    }

    @Test
    void readsTheEndOfATerminalThatHungUp() throws Exception {
        Terminal terminal = Terminal.of(posix, end);
        terminal.enter(Terminal.Mode.KEYS);
        posix.close(hands);
        hands = -1;
        assertEquals(0, terminal.read(new byte[1]));
        ErrnoException gone =
                assertThrows(ErrnoException.class, () -> terminal.write(new byte[] {'x'}));
        assertEquals("EIO", gone.errno().name());
        assertThrows(ErrnoException.class, terminal::close);
    }
}
