package taskmaster.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskmaster.posix.Epoll;
import taskmaster.posix.InputPlan;
import taskmaster.posix.Posix;
import taskmaster.posix.PseudoTerminal;
import taskmaster.posix.Terminal;

@Timeout(180)
class LineReaderTest {

    private final Posix posix = Posix.open();
    private final StringBuilder drawn = new StringBuilder();
    private int drawings;

    private LineReader.Result typed(String keys) throws Exception {
        int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        PseudoTerminal terminal = PseudoTerminal.open(posix, uid);
        int end = ((InputPlan.Terminal) terminal.input()).fd();
        try (var session = TerminalSession.open(posix, Terminal.of(posix, end))) {
            Screen screen = Screen.of(this::draw, 80, 24);
            var editor =
                    new LineEditor(
                            History.inMemory(10),
                            (line, at) -> new Completion(at, java.util.List.of()));
            var reader = new LineReader(session, screen, editor);
            reader.begin("> ");
            posix.writeFully(terminal.master(), keys.getBytes(US_ASCII));
            return reader.next(Epoll.FOREVER);
        } finally {
            terminal.close();
        }
    }

    private void draw(byte[] bytes) {
        drawings++;
        drawn.append(new String(bytes, US_ASCII));
    }

    @Test
    void whatComesAtOnceIsDrawnOnce() throws Exception {
        String line = "long ".repeat(600).trim();
        assertEquals(new LineReader.Result.Line(line), typed(line + "\r"));
        assertTrue(drawings < 20, drawings + " drawings");
    }

    @Test
    void whatWasTypedIsSeenBeforeItIsDropped() throws Exception {
        assertEquals(LineReader.Result.Plain.INTERRUPTED, typed("dropped\003"));
        assertTrue(drawn.toString().contains("dropped^C"), drawn.toString());
    }
}
