package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import taskmaster.e2e.Processes;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Root;

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

    private interface Body {
        void run(DaemonHarness daemon, Path log) throws IOException;
    }

    /** {@code disk} are options of tmpfs. */
    private static void withDisk(String disk, String keys, Body body) throws IOException {
        Root.isNeeded();
        try (DaemonHarness daemon = DaemonHarness.prepare(flood(keys), "--nodaemon")) {
            String small = Files.createDirectory(daemon.file("small")).toString();
            Processes.run("mount", "-t", "tmpfs", "-o", disk, "tmpfs", small);
            try {
                daemon.launch();
                daemon.awaitReady();
                body.run(daemon, daemon.file("small").resolve("x.log"));
                daemon.request("{\"command\":\"stop\"}");
            } finally {
                Processes.run("umount", "-l", small);
            }
        }
    }

    /** Too small for what is printed, until it is made larger. */
    private static void withFullDisk(String keys, Body body) throws IOException {
        withDisk(
                "size=512k",
                keys,
                (daemon, log) -> {
                    daemon.awaitActivity("cannot write log \"" + log + "\": ENOSPC", 1);
                    daemon.awaitText(daemon.file("other.log"), "other\n");
                    body.run(daemon, log);
                });
    }

    private static void remount(Path log, String options) throws IOException {
        Processes.run("mount", "-o", "remount," + options, log.getParent().toString());
    }

    @Test
    void whatIsDroppedIsCounted() throws IOException {
        withFullDisk(
                "",
                (daemon, log) -> {
                    daemon.awaitText(daemon.file("done"), "all");
                    remount(log, "size=16m");
                    daemon.awaitActivity("can be written again", 1);
                    assertTrue(awaitAll(daemon, log, "ENOSPC (no space left on device)") > 0);
                });
    }

    /**
     * Until each byte is in the log, or counted in a note there with this reason; how many were
     * lost. What is still in the pipe when there is room again comes behind the first note.
     */
    private static long awaitAll(DaemonHarness daemon, Path log, String reason) throws IOException {
        long[] found = new long[2];
        daemon.await(
                BYTES + " bytes are kept or counted",
                () -> {
                    // Made once there is room.
                    String text =
                            Files.exists(log)
                                    ? Files.readString(log, StandardCharsets.US_ASCII)
                                    : "";
                    List<String> notes =
                            text.lines().filter(line -> line.startsWith("taskmasterd: ")).toList();
                    long lost = 0;
                    long noted = 0;
                    for (String note : notes) {
                        assertTrue(note.endsWith(" bytes lost: " + reason), note);
                        lost += Long.parseLong(note.split(" ", -1)[1]);
                        noted += note.length() + 1;
                        int at = text.indexOf(note);
                        // A line that was cut short has been ended first.
                        noted += at >= 100 && at % 100 != noted % 100 ? 1 : 0;
                    }
                    found[0] = lost;
                    found[1] = text.length() - noted;
                    return Math.abs(BYTES - found[1] - lost) <= notes.size();
                });
        return found[0];
    }

    @Test
    void whoWaitsLosesNothing() throws IOException {
        withFullDisk(
                "stdout_onfull = \"block\"\n",
                (daemon, log) -> {
                    assertTrue(Files.notExists(daemon.file("done")));
                    remount(log, "size=16m");
                    daemon.awaitText(daemon.file("done"), "all");
                    daemon.awaitActivity("nothing of x:x.stdout was lost", 1);
                    daemon.await("all of it is there", () -> Files.size(log) == BYTES);
                    LogFiles.assertLines(LogFiles.lines(log), 0, 100);
                });
    }

    @Test
    void aFileSystemThatIsReadOnlyIsTriedAgainToo() throws IOException {
        withDisk(
                "ro,size=16m",
                "",
                (daemon, log) -> {
                    daemon.awaitActivity("cannot write log \"" + log + "\": EROFS", 1);
                    daemon.awaitText(daemon.file("done"), "all");
                    remount(log, "rw");
                    long lost = awaitAll(daemon, log, "EROFS (read-only file system)");
                    assertTrue(lost > BYTES / 2, lost + " bytes; no pipe holds so many");
                });
    }

    /** What goes when there are enough backups makes the room. */
    @Test
    void aRotationThatFitsGoesOn() throws IOException {
        withDisk(
                "size=512k",
                "stdout_maxbytes = \"96KB\"\nstdout_backups = 3\n",
                (daemon, log) -> {
                    daemon.awaitText(log, String.format("%012d ", BYTES / 100 - 1));
                    LogFiles.assertRotated(log, 96 << 10);
                    List<String> lines = LogFiles.lines(log);
                    LogFiles.assertLines(lines, BYTES / 100 - lines.size(), 100);
                });
    }
}
