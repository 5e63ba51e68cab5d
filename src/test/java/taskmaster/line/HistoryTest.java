package taskmaster.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.Posix;

@Timeout(120)
class HistoryTest {

    private static final Posix POSIX = Posix.open();

    @TempDir Path directory;

    private Path file() {
        return directory.resolve("history");
    }

    private History open() throws IOException {
        return History.open(POSIX, file(), 100);
    }

    private static List<String> lines(History history) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            lines.add(history.get(i));
        }
        return lines;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void isThereAgainInTheNextShell() throws Exception {
        History history = open();
        history.add("status");
        history.add("stop web\nstart web");
        history.add("echo \\n \\");
        assertEquals(List.of("status", "stop web\nstart web", "echo \\n \\"), lines(open()));
        assertEquals(3, Files.readAllLines(file()).size());
    }

    @Test
    void isForNobodyElse() throws Exception {
        open();
        assertEquals("rw-------", mode(file()));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-r--"));
        open();
        assertEquals("rw-------", mode(file()));
    }

    @Test
    void leavesOutWhatIsNotToBeKept() throws Exception {
        History history = open();
        for (String line : List.of("a", "a", "", "  ", " secret", "b", "a")) {
            history.add(line);
        }
        assertEquals(List.of("a", "b", "a"), lines(history));
        assertEquals(List.of("a", "b", "a"), lines(open()));
    }

    @Test
    void followsNoSymbolicLink() throws Exception {
        Path target = Files.writeString(directory.resolve("target"), "x\n");
        Files.createSymbolicLink(file(), target);
        IOException refusal = assertThrows(IOException.class, this::open);
        assertTrue(refusal.getMessage().contains("symbolic link"), refusal::getMessage);
        assertEquals("x\n", Files.readString(target));
    }

    @Test
    void takesOnlyRegularFilesWithOneName() throws Exception {
        POSIX.names().makeFifo(file().toString(), 0600);
        assertThrows(IOException.class, this::open);
        Files.delete(file());
        Files.createDirectory(file());
        assertThrows(IOException.class, this::open);
        Files.delete(file());
        Path other = Files.writeString(directory.resolve("other"), "x\n");
        Files.createLink(file(), other);
        assertThrows(IOException.class, this::open);
    }

    @Test
    void saysWhyItCannotBeSavedAndGoesOn() throws Exception {
        History history = open();
        Files.delete(file());
        Files.createDirectory(file());
        assertThrows(IOException.class, () -> history.add("status"));
        assertEquals(List.of("status"), lines(history));
    }

    @Test
    void isBoundedInLines() throws Exception {
        History history = History.open(POSIX, file(), 10);
        for (int i = 0; i < 55; i++) {
            history.add("line " + i);
        }
        assertEquals(10, history.size());
        assertEquals("line 54", history.get(9));
        int saved = Files.readAllLines(file()).size();
        assertTrue(saved >= 10 && saved <= 20, () -> saved + " lines");
        assertEquals(lines(history), lines(History.open(POSIX, file(), 10)));
    }

    @Test
    void isBoundedInBytes() throws Exception {
        History history = History.open(POSIX, file(), 1000);
        for (int i = 0; i < 50; i++) {
            history.add(i + "x".repeat(Buffer.MOST - 2));
        }
        assertTrue(Files.size(file()) <= History.MOST_BYTES, () -> file().toFile().length() + "");
        History next = History.open(POSIX, file(), 1000);
        assertTrue(next.size() > 10);
        assertTrue(next.get(next.size() - 1).startsWith("49x"));
    }

    @Test
    void readsTheEndOfAFileThatIsTooLong() throws Exception {
        Files.writeString(file(), "y".repeat(History.MOST_BYTES) + "\nlast\n");
        assertEquals(List.of("last"), lines(open()));
    }

    @Test
    void takesTheLastLinesOfAFileThatHasMore() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append("stop web_").append(i).append(i % 2 == 0 ? "\n" : " \\\\ ü\\n2\n");
        }
        Files.writeString(file(), text);
        History history = History.open(POSIX, file(), 3);
        List<String> last = List.of("stop web_37 \\ ü\n2", "stop web_38", "stop web_39 \\ ü\n2");
        assertEquals(last, lines(history));
        history.add("pid");
        assertEquals(3, Files.readAllLines(file()).size());
        assertEquals(lines(history), lines(History.open(POSIX, file(), 3)));
    }

    @Test
    void mendsALineThatWasNotWrittenToItsEnd() throws Exception {
        Files.writeString(file(), "one\ntw");
        History history = open();
        history.add("three");
        assertEquals("one\ntw\nthree\n", Files.readString(file()));
    }

    @Test
    void letsNoControlCharacterIn() throws Exception {
        Files.write(
                file(), "a\033[2Jb\001\r\tc\302\205\n\377\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(List.of("a[2Jb c", "\uFFFD"), lines(open()));
        History history = open();
        history.add("x\033]0;y\007z");
        assertEquals("x]0;yz", history.get(history.size() - 1));
    }

    /** Each line of each of them is there, whole. */
    @Test
    void losesNothingOfShellsThatWriteAtOnce() throws Exception {
        List<Process> writers = new ArrayList<>();
        for (String name : List.of("one", "two", "three")) {
            writers.add(
                    new ProcessBuilder(
                                    System.getProperty("java.home") + "/bin/java",
                                    "-XX:+UseSerialGC",
                                    "--enable-native-access=ALL-UNNAMED",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    Writer.class.getName(),
                                    file().toString(),
                                    name)
                            .inheritIO()
                            .start());
        }
        for (Process writer : writers) {
            assertEquals(0, writer.waitFor());
        }
        Set<String> expected = new HashSet<>();
        for (String name : List.of("one", "two", "three")) {
            for (int i = 0; i < Writer.LINES; i++) {
                expected.add(name + " " + i);
            }
        }
        List<String> saved = Files.readAllLines(file());
        assertEquals(expected, new HashSet<>(saved));
        assertEquals(expected.size(), saved.size());
    }

    static final class Writer {

        static final int LINES = 200;

        private Writer() {}

        public static void main(String[] args) throws IOException {
            History history = History.open(Posix.open(), Path.of(args[0]), 1000);
            for (int i = 0; i < LINES; i++) {
                history.add(args[1] + " " + i);
            }
        }
    }

    @Property(tries = 300)
    void noLineForgesAnother(@ForAll @StringLength(max = 30) String line) throws IOException {
        Path file = Files.createTempFile("taskmaster-history", "");
        try {
            assertNothingForged(file, line);
        } finally {
            Files.delete(file);
        }
    }

    private static void assertNothingForged(Path file, String line) throws IOException {
        History history = History.open(POSIX, file, 10);
        history.add(line);
        List<String> kept = lines(history);
        assertEquals(kept.size(), Files.readString(file).lines().count());
        for (byte b : Files.readAllBytes(file)) {
            assertTrue(b < 0 || b >= ' ' || b == '\n', () -> "byte " + b);
        }
        boolean readable =
                line.equals(
                        new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        if (readable) {
            assertEquals(kept, lines(History.open(POSIX, file, 10)));
        }
    }
}
