package taskmaster.soak;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import taskmaster.testing.Commands;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/**
 * What befalls the daemon: one random fault after the other, each undone before the next where it
 * lasts. Owned by its thread; {@link #mend} is for the main one when that has ended.
 */
final class Faults implements Runnable {

    private final DaemonHarness harness;
    private final Tally tally;
    private final Pace pace;
    private final Random random;
    private final boolean withFullDisk;
    private final long daemon;
    private final CountDownLatch eachOnce = new CountDownLatch(1);

    Faults(DaemonHarness harness, Tally tally, Pace pace, Random random, boolean withFullDisk)
            throws IOException {
        this.harness = harness;
        this.tally = tally;
        this.pace = pace;
        this.random = random;
        this.withFullDisk = withFullDisk;
        this.daemon = harness.pid();
    }

    private interface Fault {
        void happen() throws IOException;
    }

    @Override
    public void run() {
        Map<String, Fault> faults =
                Map.ofEntries(
                        Map.entry("SIGKILL of a program", () -> signalOne("KILL")),
                        Map.entry("SIGSEGV of a program", () -> signalOne("SEGV")),
                        Map.entry("SIGSTOP and SIGCONT of a program", this::stopAndContinue),
                        Map.entry("reload of a changed file", this::reload),
                        Map.entry("reload of a broken file", this::reloadBroken),
                        Map.entry("SIGHUP", this::hangUp),
                        Map.entry("client that goes in the middle of a line", () -> say("{\"comm")),
                        Map.entry("client that goes without its answers", this::goUnanswered),
                        Map.entry("client that sends garbage", this::garbage),
                        Map.entry("client that never reads", this::neverRead),
                        Map.entry("client that follows a log and goes", this::follow),
                        Map.entry(
                                "half an HTTP request",
                                () -> say("POST / HTTP/1.1\r\nHost: x\r\n")),
                        Map.entry("log directory removed", this::removeLogs),
                        Map.entry("log truncated", this::truncateLogs),
                        Map.entry("no descriptor free for a second", this::lowerLimit),
                        Map.entry("SIGUSR2 after the log was renamed", this::rotate),
                        Map.entry("meaningless signals", this::meaningless),
                        Map.entry("daemon stopped for two seconds", this::stopDaemon));
        List<String> names = new ArrayList<>(faults.keySet());
        names.sort(null);
        Collections.shuffle(names, random);
        for (int i = 0; pace.next(); i++) {
            int next = i < names.size() ? i : random.nextInt(names.size());
            String name = names.get(next);
            try {
                faults.get(name).happen();
                tally.count("fault: " + name);
            } catch (IOException e) {
                tally.violated(name + ": " + e);
            }
            if (i == names.size() - 1) {
                eachOnce.countDown();
            }
        }
    }

    /** Each has happened once: what the daemon opens at the first need of it is open. */
    boolean eachHasHappened() {
        return eachOnce.getCount() == 0;
    }

    /** The disk, the limits and the configuration as they were. */
    void mend() throws IOException {
        Files.createDirectories(harness.file("logs"));
        writeConfig(Programs.STEADY, "as it was");
    }

    private void writeConfig(int steady, String word) throws IOException {
        harness.writeConfig(Programs.toml(steady, word, withFullDisk));
    }

    /** A child of the daemon: of those, no pid is given to another as long as it is not reaped. */
    private void signalOne(String signal) throws IOException {
        List<Procfs.Stat> children = Procfs.childrenOf(daemon);
        if (!children.isEmpty()) {
            send(signal, children.get(random.nextInt(children.size())).pid());
        }
    }

    /** It may have gone meanwhile. */
    private static void send(String signal, long pid) throws IOException {
        Commands.run(
                Map.of(),
                DaemonHarness.PATIENCE,
                "sh",
                "-c",
                "kill -" + signal + " " + pid + " 2>/dev/null || true");
    }

    private void stopAndContinue() throws IOException {
        List<Procfs.Stat> children = Procfs.childrenOf(daemon);
        if (!children.isEmpty()) {
            long pid = children.get(random.nextInt(children.size())).pid();
            send("STOP", pid);
            pace.pass(300);
            send("CONT", pid);
        }
    }

    private void reload() throws IOException {
        writeConfig(Programs.STEADY - random.nextInt(10), "word " + random.nextInt(3));
        expect("{\"command\":\"reload\",\"timeout\":10}", 200, 504);
    }

    private void reloadBroken() throws IOException {
        harness.writeConfig("[programs.steady]\ncommand = \n[programs]\nx = 1\n");
        expect("{\"command\":\"reload\",\"timeout\":10}", 400, 504);
        writeConfig(Programs.STEADY, "as it was");
    }

    private void expect(String request, long status, long late) throws IOException {
        try (Connection connection = harness.connect()) {
            long got = connection.request(request).getLong("status").orElse(0);
            if (got != status && got != late) {
                tally.violated(request + " was answered with " + got);
            }
        }
    }

    private void hangUp() throws IOException {
        send("HUP", daemon);
    }

    private void say(String text) throws IOException {
        try (Connection connection = harness.connect()) {
            connection.send(text);
        }
    }

    private void goUnanswered() throws IOException {
        say("{\"command\":\"status\"}\n{\"command\":\"stop\",\"name\":\"stubborn\"}\n");
    }

    private void garbage() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            text.append((char) random.nextInt(256));
        }
        try (Connection connection = harness.connect()) {
            connection.send(text.append('\n').toString());
        } catch (IOException e) {
            tally.count("garbage refused while it came");
        }
    }

    private void neverRead() throws IOException {
        try (Connection connection = harness.connect()) {
            for (int i = 0; i < 100; i++) {
                connection.send("{\"command\":\"status\"}\n");
            }
            pace.pass(1000);
        } catch (IOException e) {
            tally.count("dropped because it never read");
        }
    }

    private void follow() throws IOException {
        try (Connection connection = harness.connect()) {
            connection.send(
                    """
                    {"command":"tail","name":"flood:flood_0","follow":true}
                    {"command":"maintail","follow":true}
                    """);
            pace.pass(500);
        }
    }

    private void removeLogs() throws IOException {
        Path gone = harness.file("logs.gone");
        Files.move(harness.file("logs"), gone);
        pace.pass(1000);
        Files.createDirectory(harness.file("logs"));
        delete(gone);
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private void truncateLogs() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(harness.file("logs"))) {
            for (Path file : files) {
                FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
            }
        }
    }

    private void lowerLimit() throws IOException {
        String before =
                Commands.run(
                                Map.of(),
                                Duration.ofSeconds(20),
                                "prlimit",
                                "--pid=" + daemon,
                                "--nofile",
                                "--noheadings",
                                "--output=SOFT")
                        .out()
                        .strip();
        limit("20:");
        pace.pass(1000);
        limit(before + ":");
    }

    private void limit(String limit) throws IOException {
        DaemonHarness.Output output =
                Commands.run(
                        Map.of(),
                        DaemonHarness.PATIENCE,
                        "prlimit",
                        "--pid=" + daemon,
                        "--nofile=" + limit);
        if (output.exit() != 0) {
            throw new IOException(output.err());
        }
    }

    private void rotate() throws IOException {
        Files.move(harness.file("log"), harness.file("log." + System.nanoTime()));
        send("USR2", daemon);
        harness.await("the new log is there", () -> Files.exists(harness.file("log")));
    }

    private void meaningless() throws IOException {
        for (String signal : List.of("USR1", "WINCH", "ALRM", "CONT", "URG", "PIPE")) {
            send(signal, daemon);
        }
    }

    private void stopDaemon() throws IOException {
        send("STOP", daemon);
        pace.pass(2000);
        send("CONT", daemon);
    }
}
