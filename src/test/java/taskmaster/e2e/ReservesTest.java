package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;
import taskmaster.testing.Procfs;

/** The daemon keeps what it needs to go on when the machine has nothing left. */
final class ReservesTest {

    private static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";

    private static String program(String name, String command) {
        return "[programs."
                + name
                + "]\ncommand = \""
                + command
                + "\"\nargs = [\"100000000\", \"0\"]\nstartsecs = 0.1\nstartretries = 30\n"
                + QUIET;
    }

    private static void limitDescriptors(DaemonHarness daemon, String limit) throws IOException {
        Processes.run("prlimit", "--pid", "" + daemon.pid(), "--nofile=" + limit + ":");
    }

    private static String descriptorLimit(DaemonHarness daemon) throws IOException {
        String[] command = {
            "prlimit", "--pid", "" + daemon.pid(), "--nofile", "--raw", "--noheadings", "-o", "SOFT"
        };
        return Processes.run(command).strip();
    }

    /** The kernel gives no descriptor of this number or above: all below are taken. */
    private static int lowestFree(DaemonHarness daemon) throws IOException {
        int lowest = 0;
        while (Files.isSymbolicLink(Path.of("/proc/" + daemon.pid() + "/fd/" + lowest))) {
            lowest++;
        }
        return lowest;
    }

    private static Json.Obj process(Connection connection, String name) throws IOException {
        return Replies.process(
                connection.request("{\"command\":\"status\",\"name\":\"" + name + "\"}"));
    }

    private static void await(
            DaemonHarness daemon, Connection connection, String name, String key, String value)
            throws IOException {
        daemon.await(
                name + " has " + key + " " + value,
                () -> process(connection, name).getString(key).orElse("").contains(value));
    }

    @Test
    void withoutADescriptorItStartsReloadsReopensItsLogAndLoadsWhatItNeeds() throws IOException {
        String worker = program("worker", "${bin}/exit-after");
        String fragile = program("fragile", "${dir}/copy");
        try (DaemonHarness daemon = DaemonHarness.prepare(worker + fragile, "--nodaemon")) {
            Files.copy(daemon.program("exit-after"), daemon.file("copy"));
            daemon.launch();
            daemon.awaitReady();
            long first = daemon.awaitState("worker", "RUNNING").pid();
            long second = daemon.awaitState("fragile", "RUNNING").pid();
            String before = descriptorLimit(daemon);
            try (Connection connection = daemon.connect()) {
                connection.request("{\"command\":\"version\"}");
                limitDescriptors(daemon, "" + lowestFree(daemon));

                DaemonHarness.signal(first, "KILL");
                daemon.await(
                        "worker is replaced",
                        () -> {
                            long pid = process(connection, "worker").getLong("pid").orElse(0);
                            return pid != 0 && pid != first;
                        });

                Files.move(daemon.file("copy"), daemon.file("moved"));
                DaemonHarness.signal(second, "KILL");
                await(daemon, connection, "fragile", "reason", "cannot run \"");

                Files.move(daemon.file("log"), daemon.file("log.1"));
                DaemonHarness.signal(daemon.pid(), "USR2");
                daemon.await("the log is there", () -> Files.exists(daemon.file("log")));

                daemon.writeConfig(worker + fragile + program("more", "${bin}/exit-after"));
                Json.Obj reload = connection.request("{\"command\":\"reload\"}");
                assertEquals(200, reload.getLong("status").orElse(0), reload::toString);
                await(daemon, connection, "more", "state", "RUNNING");

                daemon.writeConfig(worker + fragile + "x = 1\n");
                Json.Obj refused = connection.request("{\"command\":\"reload\"}");
                assertTrue(refused.toString().contains("there is no such key"), refused::toString);
                limitDescriptors(daemon, before);
            }
            Files.move(daemon.file("moved"), daemon.file("copy"), StandardCopyOption.ATOMIC_MOVE);
            daemon.awaitState("fragile", "RUNNING");
            Processes.assertExactlyTheseRun(daemon);
        }
    }

    @Test
    void itIsKilledLastWhenMemoryRunsOutAndItsProgramsAsTheyWouldHaveBeen() throws IOException {
        String toml =
                program("asroot", "${bin}/exit-after")
                        + program("asgames", "${bin}/exit-after")
                        + "user = \"games\"\n";
        try (DaemonHarness daemon = DaemonHarness.prepare(toml)) {
            Wrapped.start(daemon, "echo 300 >/proc/$$/oom_score_adj");
            for (String name : List.of("asroot", "asgames")) {
                long pid = daemon.awaitState(name, "RUNNING").pid();
                assertEquals(300, oomScore(pid), name);
                DaemonHarness.signal(pid, "KILL");
                assertEquals(300, oomScore(daemon.awaitReplaced(name, pid).pid()), name);
            }
            daemon.await("the daemon's is low", () -> oomScore(daemon.pid()) <= 0);
        }
    }

    private static int oomScore(long pid) throws IOException {
        return Integer.parseInt(
                Files.readString(Path.of("/proc/" + pid + "/oom_score_adj")).strip());
    }

    /** A full status alone is more than this heap holds. */
    @Test
    void withoutHeapNoThreadEndsAndProgramsAreKept() throws IOException {
        String toml =
                program("worker", "${bin}/exit-after")
                        + "[programs.many]\ncommand = \"/bin/true\"\nnumprocs = 5000\n"
                        + "autostart = false\n"
                        + QUIET;
        Map<String, String> small = Map.of("TASKMASTER_JAVA_OPTIONS", "-Xmx16m");
        try (DaemonHarness daemon = DaemonHarness.prepare(toml, small, "--nodaemon")) {
            daemon.launch();
            daemon.awaitReady();
            long pid;
            try (Connection connection = daemon.connect()) {
                await(daemon, connection, "worker", "state", "RUNNING");
                pid = process(connection, "worker").getLong("pid").orElseThrow();
            }
            List<String> threads = threads(daemon);
            List<Connection> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 20; i++) {
                    Connection client = daemon.connect();
                    clients.add(client);
                    client.send("{\"command\":\"status\"}\n".repeat(3));
                }
                daemon.awaitActivity("java.lang.OutOfMemoryError: Java heap space", 1);
                DaemonHarness.signal(pid, "KILL");
                daemon.awaitActivity("spawned: 'worker'", 2);
            } finally {
                for (Connection client : clients) {
                    client.close();
                }
            }
            try (Connection connection = daemon.connect()) {
                await(daemon, connection, "worker", "state", "RUNNING");
            }
            assertEquals(threads, threads(daemon));
        }
    }

    /** The names of the daemon's own. */
    private static List<String> threads(DaemonHarness daemon) throws IOException {
        List<String> names = new ArrayList<>();
        for (String comm : Procfs.ofThreads(daemon.pid(), "comm")) {
            String name = comm.strip();
            if (List.of("reaper", "signals", "server", "activity", "config-reader", "supervisor")
                    .contains(name)) {
                names.add(name);
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }
}
