package taskmaster.activity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.activity.ActivityLog.Level;
import taskmaster.posix.Posix;
import taskmaster.posix.SafeFiles;

@Timeout(180)
class ActivityLogTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Pattern DROPPED = Pattern.compile("WARN (\\d+) lines? of this log w");

    @TempDir Path dir;

    private ActivityLog open(Path file) throws IOException {
        return ActivityLog.open(
                file,
                Level.INFO,
                false,
                new SafeFiles(Posix.open())::openForAppending,
                SizeLimit.NONE);
    }

    private static void close(ActivityLog log) {
        assertTrue(log.close(DEADLINE), "the log did not close in time");
    }

    /** What follows the time in each whole line. */
    private static List<String> messages(Path file) throws IOException {
        List<String> out = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.endsWith("... (cut)")) {
                out.add(line.startsWith("    ") ? line : line.substring(24));
            }
        }
        return out;
    }

    private static long dropped(List<String> messages) {
        long sum = 0;
        for (String message : messages) {
            Matcher matcher = DROPPED.matcher(message);
            sum += matcher.lookingAt() ? Long.parseLong(matcher.group(1)) : 0;
        }
        return sum;
    }

    private static long numbered(List<String> messages) {
        return messages.stream().filter(m -> m.startsWith("INFO line ")).count();
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
    }

    @Test
    void writesTimeLevelAndText() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        log.log(Level.INFO, "spawned: 'web:web_0' with pid 4711");
        log.log(Level.CRIT, "kälter");
        close(log);
        List<String> lines = Files.readAllLines(file);
        String time = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}";
        assertTrue(
                lines.get(0).matches(time + " INFO spawned: 'web:web_0' with pid 4711"),
                lines.get(0));
        assertTrue(lines.get(1).matches(time + " CRIT kälter"), lines.get(1));
        assertEquals(2, lines.size());
    }

    @Test
    void leavesOutWhatIsLessImportantThanTheLevel() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        for (Level level : Level.values()) {
            assertEquals(level != Level.DEBG, log.writes(level));
            log.log(level, "x");
        }
        close(log);
        assertEquals(List.of("CRIT x", "ERRO x", "WARN x", "INFO x"), messages(file));
    }

    @Test
    void appendsToWhatIsThere() throws Exception {
        Path file = Files.writeString(dir.resolve("log"), "before\n");
        ActivityLog log = open(file);
        log.log(Level.INFO, "after");
        close(log);
        String text = Files.readString(file);
        assertTrue(text.startsWith("before\n"), text);
        assertTrue(text.endsWith(" INFO after\n"), text);
    }

    @Test
    void keepsTheOrderOfEachThreadAndLosesNothing() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "t" + t;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 500; i++) {
                                    log.log(Level.INFO, name + " " + i);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        close(log);
        List<String> messages = messages(file);
        assertEquals(2000, messages.size());
        int[] next = new int[4];
        for (String message : messages) {
            String[] words = message.split(" ", -1);
            int thread = words[1].charAt(1) - '0';
            assertEquals(next[thread]++, Integer.parseInt(words[2]));
        }
    }

    @Test
    void countsTheLinesThatAFullQueueDrops() throws Exception {
        Path fifo = dir.resolve("fifo");
        run("mkfifo", fifo.toString());
        ActivityLog log = open(fifo); // nobody reads: this must not block
        int sent = 3 * LineWriter.QUEUE_LINES;
        for (int i = 0; i < sent; i++) {
            log.log(Level.INFO, "line " + i + " of a program that says a lot, again and again");
        }
        List<String> messages = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(fifo)) {
            readUntilAccountedFor(sent, reader, messages);
            log.log(Level.INFO, "line after");
            assertEquals("INFO line after", reader.readLine().substring(24));
        }
        close(log);
        assertTrue(dropped(messages) > 0);
        assertEquals(sent, numbered(messages) + dropped(messages));
    }

    @Test
    void countsTheLinesThatADeviceRefusesAndReportsThemOnceItWorks() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("log"), Path.of("/dev/full"));
        ActivityLog log = open(link);
        log.log(Level.INFO, "line 1");
        log.log(Level.INFO, "line 2");
        Path file = dir.resolve("file");
        Files.createSymbolicLink(dir.resolve("new"), file);
        // Lines before the reopen go to the full device.
        Files.move(dir.resolve("new"), link, StandardCopyOption.REPLACE_EXISTING);
        log.reopen();
        log.log(Level.INFO, "line 3");
        assertTrue(log.flush(DEADLINE));
        log.log(Level.INFO, "line 4");
        close(log);
        List<String> messages = messages(file);
        assertTrue(messages.get(0).contains("No space left on device"), messages.get(0));
        assertEquals(2, dropped(messages.subList(0, 1)), messages.get(0));
        assertEquals(List.of("INFO line 3", "INFO line 4"), messages.subList(1, messages.size()));
    }

    private static void readUntilAccountedFor(
            long sent, BufferedReader reader, List<String> messages) throws IOException {
        long seen = 0;
        while (seen < sent) {
            String message = reader.readLine().substring(24);
            messages.add(message);
            seen += numbered(List.of(message)) + dropped(List.of(message));
        }
    }

    @Test
    void reportsOnClosingWhenNoFurtherLineComes() throws Exception {
        Path fifo = dir.resolve("fifo");
        run("mkfifo", fifo.toString());
        ActivityLog log = open(fifo);
        for (int i = 0; i < 2 * LineWriter.QUEUE_LINES; i++) {
            log.log(Level.INFO, "line " + i);
        }
        assertFalse(log.close(Duration.ofMillis(1)), "it cannot be done: nobody reads");
        try (BufferedReader reader = Files.newBufferedReader(fifo)) {
            readUntilAccountedFor(2 * LineWriter.QUEUE_LINES, reader, new ArrayList<>());
        }
        close(log);
    }

    @Test
    void goesOnAfterAFullDiskAndCountsWhatWasLost() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("small"));
        try {
            run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0755", "tmpfs", mount.toString());
        } catch (IOException e) {
            System.err.println("NOT TESTED: a log on a full disk: cannot mount a tmpfs: " + e);
            Assumptions.abort("cannot mount a tmpfs (needs CAP_SYS_ADMIN): " + e);
        }
        try {
            logOnFullDisk(mount);
        } finally {
            run("umount", mount.toString());
        }
    }

    private void logOnFullDisk(Path mount) throws Exception {
        Path file = mount.resolve("log");
        Path ballast = Files.write(mount.resolve("ballast"), new byte[40 * 1024]);
        ActivityLog log = open(file);
        int sent = 0;
        while (sent < 2000) {
            log.log(Level.INFO, "line " + sent++);
        }
        assertTrue(log.flush(DEADLINE));
        Files.delete(ballast);
        log.log(Level.INFO, "line " + sent++);
        close(log);
        List<String> messages = messages(file);
        assertTrue(dropped(messages) > 0, "the disk was not full");
        assertEquals(sent, numbered(messages) + dropped(messages), "each is there or counted");
        assertEquals("INFO line " + (sent - 1), messages.getLast());
        for (String line : Files.readAllLines(file)) {
            assertTrue(line.startsWith("20"), "a line cut by the full disk is ended: " + line);
        }
    }

    @Test
    void flushesWhatWasLoggedBefore() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        for (int i = 0; i < 100; i++) {
            log.log(Level.INFO, "line " + i);
            assertTrue(log.flush(DEADLINE));
            assertEquals("INFO line " + i, messages(file).getLast());
        }
        close(log);
    }

    @Test
    void doesNotWaitLongerThanAskedForAFlush() throws Exception {
        Path fifo = dir.resolve("fifo");
        run("mkfifo", fifo.toString());
        ActivityLog log = open(fifo);
        for (int i = 0; i < LineWriter.QUEUE_LINES; i++) {
            log.log(Level.INFO, "more than a pipe takes: " + i);
        }
        assertFalse(log.flush(Duration.ofMillis(1)));
        try (BufferedReader reader = Files.newBufferedReader(fifo)) {
            for (int i = 0; i < LineWriter.QUEUE_LINES; i++) {
                reader.readLine();
            }
        }
        close(log);
    }

    @Test
    void writesToANewFileAfterRenameAndReopen() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        log.log(Level.INFO, "one");
        Files.move(file, dir.resolve("log.1"));
        log.log(Level.INFO, "two");
        log.reopen();
        log.log(Level.INFO, "three");
        close(log);
        assertEquals(List.of("INFO one", "INFO two"), messages(dir.resolve("log.1")));
        assertEquals(List.of("INFO three"), messages(file));
    }

    @Test
    void keepsTheOldFileWhenItCannotBeReopened() throws Exception {
        Path home = Files.createDirectory(dir.resolve("home"));
        ActivityLog log = open(home.resolve("log"));
        log.log(Level.INFO, "one");
        Files.move(home, dir.resolve("moved"));
        log.reopen();
        log.log(Level.INFO, "two");
        close(log);
        List<String> messages = messages(dir.resolve("moved/log"));
        assertEquals("INFO one", messages.get(0));
        assertTrue(messages.get(1).startsWith("WARN cannot open log \"" + home), messages.get(1));
        assertEquals("INFO two", messages.get(2));
    }

    @Test
    void writesABugWithItsStackTrace() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        Throwable cause = new IllegalArgumentException("two\nlines");
        log.bug("the loop failed", new IllegalStateException("odd", cause));
        close(log);
        List<String> messages = messages(file);
        assertEquals("ERRO the loop failed: java.lang.IllegalStateException: odd", messages.get(0));
        assertTrue(
                messages.get(1).startsWith("    at ")
                        && messages.get(1).contains("ActivityLogTest.writesABug"),
                messages.get(1));
        assertTrue(
                messages.contains("    caused by: java.lang.IllegalArgumentException: two\\nlines"),
                messages.toString());
    }

    @Test
    void boundsATraceWhoseCausesAreACircle() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        RuntimeException first = new IllegalStateException("a");
        first.initCause(new IllegalStateException("b", first));
        log.bug("circle", first);
        close(log);
        assertTrue(messages(file).size() <= ActivityLog.MAX_TRACE_LINES + 1);
    }

    @Test
    void cutsAVeryLongMessage() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        log.log(Level.INFO, "x".repeat(ActivityLog.MAX_MESSAGE + 7));
        close(log);
        String line = messages(file).getFirst();
        assertTrue(line.endsWith("xxx... (7 more characters)"), line);
    }

    @Test
    void refusesASymbolicLinkWhereOthersMayWrite() throws Exception {
        Path shared = shared();
        Path target = Files.writeString(dir.resolve("target"), "");
        Path link = Files.createSymbolicLink(shared.resolve("log"), target);
        IOException e = assertThrows(IOException.class, () -> open(link));
        assertEquals(
                "cannot open log \""
                        + link
                        + "\": it is a symbolic link in a directory that others may write to;"
                        + " remove it, or name another one",
                e.getMessage());
        assertEquals(0, Files.size(target));
    }

    @Test
    void refusesADanglingLinkWhereOthersMayWrite() throws Exception {
        Path link = Files.createSymbolicLink(shared().resolve("log"), dir.resolve("target"));
        assertThrows(IOException.class, () -> open(link));
        assertFalse(Files.exists(dir.resolve("target")));
    }

    @Test
    void refusesAFileWithTwoNamesWhereOthersMayWrite() throws Exception {
        Path target = Files.writeString(dir.resolve("target"), "");
        Path link = Files.createLink(shared().resolve("log"), target);
        IOException e = assertThrows(IOException.class, () -> open(link));
        assertTrue(e.getMessage().contains("2 names"), e.getMessage());
    }

    @Test
    void refusesAForeignFileWhereOthersMayWrite() throws Exception {
        Path file = Files.writeString(shared().resolve("log"), "");
        Files.setAttribute(file, "unix:uid", 65_534);
        IOException e = assertThrows(IOException.class, () -> open(file));
        assertEquals(
                "cannot open log \""
                        + file
                        + "\": it belongs to uid 65534 in a directory that others may write to;"
                        + " remove it, or name another one",
                e.getMessage());
    }

    @Test
    void refusesASymbolicLinkInAnotherUsersDirectory() throws Exception {
        Path home = Files.createDirectory(dir.resolve("home"));
        Files.createSymbolicLink(home.resolve("log"), dir.resolve("target"));
        Files.setAttribute(home, "unix:uid", 65_534);
        assertThrows(IOException.class, () -> open(home.resolve("log")));
    }

    @Test
    void createsAndReopensItsOwnFileWhereOthersMayWrite() throws Exception {
        Path file = shared().resolve("log");
        ActivityLog log = open(file);
        log.log(Level.INFO, "one");
        log.reopen();
        log.log(Level.INFO, "two");
        close(log);
        assertEquals(List.of("INFO one", "INFO two"), messages(file));
    }

    private Path shared() throws IOException {
        Path shared = Files.createDirectory(dir.resolve("shared"));
        return Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void followsASymbolicLinkInADirectoryOfOurs() throws Exception {
        Path target = dir.resolve("target");
        ActivityLog log = open(Files.createSymbolicLink(dir.resolve("log"), target));
        log.log(Level.INFO, "x");
        close(log);
        assertEquals(List.of("INFO x"), messages(target));
    }

    @Test
    void saysWhyItCannotOpen() throws Exception {
        Path missing = dir.resolve("no/log");
        IOException e = assertThrows(IOException.class, () -> open(missing));
        assertEquals(
                "cannot open log \"" + missing + "\": ENOENT (no such file or directory)",
                e.getMessage());
        Path folder = Files.createDirectory(dir.resolve("folder"));
        IOException directory = assertThrows(IOException.class, () -> open(folder));
        assertEquals("cannot open log \"" + folder + "\": Is a directory", directory.getMessage());
    }

    @Test
    void writesToDevicesAndStandardOutput() throws Exception {
        for (String device : List.of("/dev/null", "/dev/stdout", "/dev/stderr")) {
            ActivityLog log = open(Path.of(device));
            log.reopen();
            close(log);
        }
    }

    @Test
    void dropsSilentlyAfterItWasClosed() throws Exception {
        Path file = dir.resolve("log");
        ActivityLog log = open(file);
        close(log);
        log.log(Level.INFO, "late");
        log.reopen();
        assertTrue(log.flush(DEADLINE));
        close(log);
        assertEquals(0, Files.size(file));
    }
}
