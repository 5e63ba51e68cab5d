package taskmaster.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A terminal for a child. */
@Timeout(180)
class PseudoTerminalTest {

    private static final int SELF = Spawning.POSIX.effectiveUid();

    /** Runs a program in a terminal and returns what it printed, to its end. */
    private static String printed(PseudoTerminal terminal, Spawning.Plan plan) throws Exception {
        Spawner spawner = Spawning.spawner();
        Child child = spawner.spawn(plan.stdin(terminal.input()).stdout(terminal.output()).build());
        terminal.closePeer();
        assertEquals(new Outcome.Executed(), child.await(Spawning.LONG));
        String text = readToEnd(terminal.master());
        assertEquals(new WaitStatus.Exited(0), Spawning.end(child.pid()));
        Spawning.POSIX.close(terminal.master());
        return text;
    }

    /** EIO says that nobody has the other end open. */
    private static String readToEnd(int master) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] some = new byte[4096];
        try (FileIo io = FileIo.open();
                Epoll epoll = Epoll.open(1)) {
            epoll.add(master, Epoll.IN, 1);
            while (true) {
                epoll.await(Epoll.FOREVER);
                int count = io.read(master, some, 0, some.length);
                all.write(some, 0, Math.max(0, count));
            }
        } catch (ErrnoException e) {
            assertEquals("EIO (input/output error)", e.errno().toString());
            return all.toString(UTF_8);
        }
    }

    @Test
    void isTheControllingTerminalOfItsChild() throws Exception {
        PseudoTerminal terminal = PseudoTerminal.open(Spawning.POSIX, SELF);
        String script =
                "tty; stty size; ps -o tpgid= -o pgid= -p $$; echo error >&2; echo to tty >/dev/tty;"
                        + " stty -a | grep -o -- '.iutf8'";
        String text = printed(terminal, Spawning.plan("/bin/sh", "-c", script));
        List<String> lines = text.lines().toList();
        assertTrue(lines.get(0).startsWith("/dev/pts/"), text);
        assertEquals("24 80", lines.get(1), text);
        String[] groups = lines.get(2).strip().split(" +", -1);
        assertEquals(groups[0], groups[1], "in the foreground");
        assertEquals(List.of("error", "to tty", " iutf8"), lines.subList(3, 6), text);
    }

    @Test
    void belongsToItsUser() throws Exception {
        if (SELF != 0) {
            return; // nobody else can give it away
        }
        PseudoTerminal terminal = PseudoTerminal.open(Spawning.POSIX, 65534);
        User nobody = new User("nobody", 65534, 65534, List.of(65534));
        String script = "stat -L -c '%u' /dev/stdin; : <>$(tty) && echo opened";
        String text = printed(terminal, Spawning.plan("/bin/sh", "-c", script).user(nobody));
        assertEquals("65534\r\nopened\r\n", text);
    }

    @Test
    void hasTheSizeThatIsSaid() throws Exception {
        PseudoTerminal terminal = PseudoTerminal.open(Spawning.POSIX, SELF);
        assertEquals(PseudoTerminal.USUAL, terminal.size());
        terminal.resize(new Terminal.Size(0, 0));
        assertEquals(new Terminal.Size(1, 1), terminal.size());
        terminal.resize(new Terminal.Size(65535, 1));
        assertEquals(new Terminal.Size(65535, 1), terminal.size());
        assertEquals("1 65535\r\n", printed(terminal, Spawning.plan("/bin/stty", "size")));
        assertThrows(IllegalArgumentException.class, () -> new Terminal.Size(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Terminal.Size(1, 65536));
    }

    @Test
    void leavesNoDescriptorBehind() throws Exception {
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            PseudoTerminal.open(Spawning.POSIX, SELF).close();
        }
        assertEquals(before, descriptors());
    }

    private static long descriptors() throws Exception {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(fd -> leadsTo(fd, "/dev/pt")).count();
        }
    }

    private static boolean leadsTo(Path link, String start) {
        try {
            return Files.readSymbolicLink(link).toString().startsWith(start);
        } catch (java.io.IOException e) {
            return false; // closed since it was listed
        }
    }

    @Test
    void saysThatItCannotBecomeTheControllingTerminal() throws Exception {
        InputPipe pipe = InputPipe.open(Spawning.POSIX);
        int fd = ((InputPlan.Inherit) pipe.plan()).fd();
        assertEquals(
                "cannot make the pseudo-terminal its controlling terminal: ENOTTY (inappropriate"
                        + " ioctl for device)",
                Spawning.failure(
                        Spawning.spawner(),
                        Spawning.plan("/bin/true").stdin(new InputPlan.Terminal(fd))));
        pipe.closeReadEnd();
        pipe.close();
    }
}
