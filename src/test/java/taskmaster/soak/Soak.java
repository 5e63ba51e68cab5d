package taskmaster.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import taskmaster.e2e.Wrapped;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/**
 * A daemon with 200 programs, one restart a second, eight clients that ask for everything and
 * random faults, for as long as wanted. In the end it must hold as many descriptors and threads as
 * after the warm-up and about as much memory, have answered every request once, have no program
 * twice, no zombie and no bug in its log.
 */
public final class Soak {

    private static final int CLIENTS = 8;

    private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(2);
    private static final Duration SHORTEST_WARM_UP = Duration.ofSeconds(12);

    private static final Duration LONG = Duration.ofMinutes(5);

    /** The heap's largest size, 64 MiB, and as much again for the JVM. */
    private static final long MOST_RESIDENT_KIB = 128 << 10;

    /**
     * Broken connections are noticed, threads that have nothing to do end, and within ten seconds
     * the daemon gives memory back.
     */
    private static final Duration REST = Duration.ofSeconds(13);

    private final Duration duration;
    private final Random random;
    private final boolean isRoot =
            ProcessHandle.current().info().user().equals(Optional.of("root"));
    private final Tally tally = new Tally();

    /** What came of it; {@code violations} is empty when all promises held. */
    public record Outcome(List<String> violations, String report) {}

    private Soak(Duration duration, long seed) {
        this.duration = duration;
        this.random = new Random(seed);
    }

    /**
     * {@code --minutes N} or {@code --seconds N}; {@code --seed N}. Exit code 1: a promise broken.
     */
    public static void main(String[] arguments) throws IOException {
        Duration duration = Duration.ofMinutes(30);
        long seed = System.nanoTime();
        for (int i = 0; i < arguments.length; i += 2) {
            String value = i + 1 < arguments.length ? arguments[i + 1] : "";
            if (!value.matches("[0-9]{1,18}")) {
                usage();
            }
            switch (arguments[i]) {
                case "--minutes" -> duration = Duration.ofMinutes(Long.parseLong(value));
                case "--seconds" -> duration = Duration.ofSeconds(Long.parseLong(value));
                case "--seed" -> seed = Long.parseLong(value);
                default -> usage();
            }
        }
        Outcome outcome = run(duration, seed);
        System.out.print(outcome.report());
        System.exit(outcome.violations().isEmpty() ? 0 : 1);
    }

    private static void usage() {
        System.err.println("usage: scripts/soak [--minutes N | --seconds N] [--seed N]");
        System.exit(2);
    }

    /** Faults follow from {@code seed}; what comes of them does not. */
    public static Outcome run(Duration duration, long seed) throws IOException {
        return new Soak(duration, seed).run(seed);
    }

    private Outcome run(long seed) throws IOException {
        DaemonHarness harness =
                DaemonHarness.prepare(Programs.toml(Programs.STEADY, "as it was", isRoot));
        Figures start;
        Figures end;
        List<Figures> samples;
        try (harness) {
            Programs.prepare(harness.directory());
            if (isRoot) {
                Wrapped.start(
                        harness,
                        List.of("unshare", "--mount"),
                        "mount -t tmpfs -o size=64k none full");
            } else {
                Wrapped.start(harness, "");
            }
            Duration third = duration.dividedBy(3);
            Duration warmUp = third.compareTo(LONGEST_WARM_UP) < 0 ? third : LONGEST_WARM_UP;
            abuse(harness, warmUp.compareTo(SHORTEST_WARM_UP) < 0 ? SHORTEST_WARM_UP : warmUp);
            start = rest(harness);
            samples = abuse(harness, duration);
            end = rest(harness);
            compare(harness, start, end);
            compareMemory(start, end, samples);
            endDaemon(harness);
            searchLogs(harness.directory());
        }
        StringBuilder report = new StringBuilder(tally.table()).append('\n');
        report.append(Figures.table(start, end, samples));
        for (String violation : tally.violations()) {
            report.append("VIOLATED: ").append(violation).append('\n');
        }
        report.append(tally.violations().isEmpty() ? "all promises held" : "failed");
        report.append(" (seed ").append(seed).append(")\n");
        return new Outcome(tally.violations(), report.toString());
    }

    /**
     * Everything at once for so long, and until each fault has happened; figures of each second.
     */
    private List<Figures> abuse(DaemonHarness harness, Duration howLong) throws IOException {
        harness.request("{\"command\":\"start\",\"wait\":false}");
        var end = new CountDownLatch(1);
        var faults = new Faults(harness, tally, new Pace(end, 400), fork(), isRoot);
        List<Thread> threads = new ArrayList<>();
        threads.add(new Thread(faults, "faults"));
        for (int i = 0; i < CLIENTS; i++) {
            var asker = new Asker(harness, tally, new Pace(end, 10), Asker.anything(fork()));
            threads.add(new Thread(asker, "client " + i));
        }
        var restarts = new Asker(harness, tally, new Pace(end, 1000), Asker.restarts(fork()));
        threads.add(new Thread(restarts, "restarts"));
        threads.forEach(Thread::start);
        List<Figures> samples = watch(harness.pid(), new Pace(end, 1000), faults, howLong);
        end.countDown();
        for (Thread thread : threads) {
            join(thread);
        }
        faults.mend();
        return samples;
    }

    private Random fork() {
        return new Random(random.nextLong());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody interrupts the soak", e);
        }
    }

    private List<Figures> watch(long daemon, Pace pace, Faults faults, Duration howLong)
            throws IOException {
        long deadline = System.nanoTime() + howLong.toNanos();
        List<Figures> samples = new ArrayList<>(List.of(Figures.of(daemon)));
        Map<String, Long> leaders = Map.of();
        while ((System.nanoTime() < deadline || !faults.eachHasHappened()) && pace.next()) {
            samples.add(Figures.of(daemon));
            leaders = lookForDoubles(daemon, leaders);
            tally.count("look for doubled programs");
        }
        return samples;
    }

    /**
     * A program's process leads a session and is a child of the daemon. One name with two of them
     * is suspicious; where the older one still lives when both have been seen, it is doubled.
     */
    private Map<String, Long> lookForDoubles(long daemon, Map<String, Long> before) {
        Map<String, Long> now = new HashMap<>();
        for (Procfs.Stat child : Procfs.childrenOf(daemon)) {
            String name = slot(child.pid());
            if (name.isEmpty() || child.session() != child.pid()) {
                continue;
            }
            Long other = now.put(name, child.pid());
            for (Long suspect :
                    List.of(other == null ? 0L : other, before.getOrDefault(name, 0L))) {
                if (suspect != 0
                        && suspect != child.pid()
                        && slot(suspect).equals(name)
                        && slot(child.pid()).equals(name)
                        && Procfs.isAlive(suspect)) {
                    tally.violated(name + " runs twice: " + suspect + " and " + child.pid());
                }
            }
        }
        return now;
    }

    /** Whose process it is, by its environment; empty where it has none (any more). */
    private static String slot(long pid) {
        String environment;
        try {
            environment =
                    Files.readString(
                            Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
        for (String entry : environment.split("\0", -1)) {
            if (entry.startsWith("TASKMASTER_PROCESS_NAME=")) {
                return entry;
            }
        }
        return "";
    }

    /** Everything as it should be, only the steady programs run, and time; then the figures. */
    private Figures rest(DaemonHarness harness) throws IOException {
        harness.request("{\"command\":\"reload\",\"timeout\":15}");
        harness.request("{\"command\":\"stop\",\"name\":" + Programs.RESTLESS + ",\"timeout\":15}");
        harness.request("{\"command\":\"start\",\"name\":\"steady\",\"timeout\":15}");
        new Pace(new CountDownLatch(1), 0).pass(REST.toMillis());
        harness.assertNoZombies();
        return Figures.of(harness.pid());
    }

    private void compare(DaemonHarness harness, Figures start, Figures end) throws IOException {
        if (end.descriptors() != start.descriptors()) {
            tally.violated(
                    "descriptors: "
                            + start.descriptors()
                            + " and then "
                            + Figures.descriptors(harness.pid()));
        }
        if (end.threads() != start.threads()) {
            tally.violated("threads: " + start.threads() + " and then " + end.threads());
        }
        harness.await(
                "as many steady programs run as are configured",
                () ->
                        harness.status().stream()
                                        .filter(one -> one.name().startsWith("steady:"))
                                        .filter(one -> one.state().equals("RUNNING"))
                                        .count()
                                == Programs.STEADY);
    }

    /** After a short warm-up the compiler has not seen everything; that much more is allowed. */
    private void compareMemory(Figures start, Figures end, List<Figures> samples) {
        long percent = duration.compareTo(LONG) >= 0 ? 10 : 30;
        if (Math.abs(end.residentKib() - start.residentKib()) * 100
                > start.residentKib() * percent) {
            tally.violated("memory: " + start.residentKib() + " KiB and then " + end.residentKib());
        }
        for (Figures sample : samples) {
            if (sample.residentKib() > MOST_RESIDENT_KIB) {
                tally.violated("memory: " + sample.residentKib() + " KiB");
            }
        }
    }

    private void endDaemon(DaemonHarness harness) throws IOException {
        DaemonHarness.signal(harness.pid(), "TERM");
        harness.await("the daemon and all programs end", () -> harness.processes().isEmpty());
        harness.awaitActivity("taskmasterd ended", 1);
    }

    private void searchLogs(Path directory) throws IOException {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "log{,.*}")) {
            for (Path log : logs) {
                if (!Files.isRegularFile(log)) {
                    continue;
                }
                for (String line : Files.readAllLines(log)) {
                    if (line.contains(" bug ") || line.contains("unexpected: ")) {
                        tally.violated(line);
                    }
                }
            }
        }
    }
}
