package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.testing.DaemonHarness;

/** A disk without room, which only root can make: a small tmpfs. */
final class FullDiskTest {

    private static final long BYTES = 3_000_000;

    private static String flood(String keys) {
        return "[programs.x]\ncommand = \"/bin/sh\"\nargs = [\"-c\", \"${bin}/flood-stdout "
                + BYTES
                + "; echo all > ${dir}/done; exec sleep 1000\"]\n"
                + "stdout = \"${dir}/small/x.log\"\nredirect_stderr = true\nstartsecs = 0\n"
                + keys
                + "[programs.other]\ncommand = \"/bin/echo\"\nargs = [\"other\"]\n"
                + "stdout = \"${dir}/other.log\"\nstartsecs = 0\nautorestart = \"false\"\n";
    }

    private static void run(String... command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            assertEquals(0, process.waitFor(), () -> Arrays.toString(command));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private interface Body {
        void run(DaemonHarness daemon, Path log) throws IOException;
    }

    /** With half a megabyte for the log. */
    private static void withSmallDisk(String keys, Body body) throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            System.err.println("NOT TESTED: a full disk, for want of root");
            return;
        }
        try (DaemonHarness daemon = DaemonHarness.prepare(flood(keys), "--nodaemon")) {
            Path small = Files.createDirectory(daemon.file("small"));
            run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString());
            try {
                daemon.launch();
                daemon.awaitReady();
                daemon.awaitActivity("cannot write log \"" + small + "/x.log\": ENOSPC", 1);
                daemon.awaitText(daemon.file("other.log"), "other\n");
                body.run(daemon, small.resolve("x.log"));
                daemon.request("{\"command\":\"stop\"}");
            } finally {
                run("umount", "-l", small.toString());
            }
        }
    }

    @Test
    void whatIsDroppedIsCounted() throws IOException {
        withSmallDisk(
                "",
                (daemon, log) -> {
                    daemon.awaitText(daemon.file("done"), "all");
                    run("mount", "-o", "remount,size=16m", log.getParent().toString());
                    daemon.awaitActivity("can be written again", 1);
                    String text = daemon.awaitText(log, " bytes lost: ENOSPC");
                    List<String> notes =
                            text.lines().filter(line -> line.startsWith("taskmasterd: ")).toList();
                    long lost = 0;
                    long noted = 0;
                    for (String note : notes) {
                        assertTrue(
                                note.endsWith(" bytes lost: ENOSPC (no space left on device)"),
                                note);
                        lost += Long.parseLong(note.split(" ", -1)[1]);
                        noted += note.length() + 1;
                        int at = text.indexOf(note);
                        // A line that was cut short has been ended first.
                        noted += at >= 100 && at % 100 != noted % 100 ? 1 : 0;
                    }
                    long kept = text.getBytes(StandardCharsets.US_ASCII).length - noted;
                    assertTrue(Math.abs(BYTES - kept - lost) <= notes.size(), kept + " " + lost);
                    assertTrue(lost > 0);
                });
    }

    @Test
    void whoWaitsLosesNothing() throws IOException {
        withSmallDisk(
                "stdout_onfull = \"block\"\n",
                (daemon, log) -> {
                    assertTrue(Files.notExists(daemon.file("done")));
                    run("mount", "-o", "remount,size=16m", log.getParent().toString());
                    daemon.awaitText(daemon.file("done"), "all");
                    daemon.awaitActivity("nothing of x:x.stdout was lost", 1);
                    daemon.await("all of it is there", () -> Files.size(log) == BYTES);
                    LogFiles.assertLines(LogFiles.lines(log), 0, 100);
                });
    }

    @Test
    void aFileSystemThatIsReadOnlyIsTriedAgainToo() throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            System.err.println("NOT TESTED: a read-only file system, for want of root");
            return;
        }
        try (DaemonHarness daemon = DaemonHarness.prepare(flood(""), "--nodaemon")) {
            Path small = Files.createDirectory(daemon.file("small"));
            run("mount", "-t", "tmpfs", "-o", "ro,size=16m", "tmpfs", small.toString());
            try {
                daemon.launch();
                daemon.awaitReady();
                daemon.awaitActivity("cannot write log \"" + small + "/x.log\": EROFS", 1);
                daemon.awaitText(daemon.file("done"), "all");
                run("mount", "-o", "remount,rw", small.toString());
                String lost =
                        "taskmasterd: " + BYTES + " bytes lost: EROFS (read-only file system)";
                assertEquals(lost + "\n", daemon.awaitText(small.resolve("x.log"), "EROFS"));
                daemon.request("{\"command\":\"stop\"}");
            } finally {
                run("umount", "-l", small.toString());
            }
        }
    }

    /** What goes when there are enough backups makes the room. */
    @Test
    void aRotationThatFitsGoesOn() throws IOException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            System.err.println("NOT TESTED: a full disk, for want of root");
            return;
        }
        String keys = "stdout_maxbytes = \"96KB\"\nstdout_backups = 3\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(flood(keys), "--nodaemon")) {
            Path small = Files.createDirectory(daemon.file("small"));
            run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small.toString());
            try {
                daemon.launch();
                daemon.awaitReady();
                Path log = small.resolve("x.log");
                daemon.awaitText(log, String.format("%012d ", BYTES / 100 - 1));
                LogFiles.assertRotated(log, 96 << 10);
                List<String> lines = LogFiles.lines(log);
                LogFiles.assertLines(lines, BYTES / 100 - lines.size(), 100);
                daemon.request("{\"command\":\"stop\"}");
            } finally {
                run("umount", "-l", small.toString());
            }
        }
    }
}
