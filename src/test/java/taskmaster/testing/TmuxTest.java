package taskmaster.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class TmuxTest {

    @Test
    void typesAndSees() throws Exception {
        try (Tmux tmux = Tmux.start(40, 10, "sh", "-c", "cat; exit 3")) {
            tmux.typeText("Enter");
            tmux.type("Enter");
            tmux.awaitScreen(screen -> screen.equals("Enter\nEnter"));
            tmux.type("two", "Enter");
            tmux.awaitScreen(screen -> screen.equals("Enter\nEnter\ntwo\ntwo"));
            assertEquals("0,4", tmux.cursor());
            tmux.type("C-d");
            assertEquals(3, tmux.awaitExit());
        }
    }

    @Test
    void tellsHowACommandEnded() throws Exception {
        try (Tmux tmux = Tmux.start(40, 10, "sh", "-c", "read line; echo $line; exit 7")) {
            tmux.typeText("a  b\r");
            assertEquals(7, tmux.awaitExit());
            tmux.awaitScreen("a  b\na b"::equals);
        }
        try (Tmux tmux = Tmux.start(40, 10, "sh", "-c", "kill -9 $$")) {
            assertEquals(137, tmux.awaitExit());
        }
    }

    @TempDir private Path directory;

    @Test
    void hangsUpAtTheEnd() throws Exception {
        long pid;
        try (Tmux tmux = Tmux.start(80, 24, "sleep", "1000")) {
            pid = tmux.pid();
            assertTrue(ProcessHandle.of(pid).isPresent());
            tmux.resize(100, 30);
            assertEquals("100x30", tmux.value("#{pane_width}x#{pane_height}"));
        }
        // Its new parent may leave it a zombie.
        try (Changes changes = new Changes(directory)) {
            Duration limit = Duration.ofMinutes(1);
            changes.await(limit, () -> !Procfs.isAlive(pid), () -> pid + " is there still");
        }
    }
}
