package taskmaster.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/**
 * How many descriptors and threads a daemon has. Whatever is done to it, it comes back to that, and
 * answers. What it makes at the first use and keeps (the threads that read logs) is to be used
 * before it is counted.
 */
public record Footprint(int descriptors, int threads) {

    private static final String VERSION = "{\"command\":\"version\"}";

    /** Connections that are about to be closed are not counted. */
    public static Footprint of(DaemonHarness daemon) throws IOException {
        daemon.await("what starting needed has gone", () -> !hasThread(daemon.pid(), "settle"));
        try (Connection connection = daemon.connect()) {
            // At the third answer it has seen that those before this one have gone.
            for (int i = 0; i < 3; i++) {
                connection.request(VERSION);
            }
            return new Footprint(entries(daemon.pid(), "fd") - 1, entries(daemon.pid(), "task"));
        }
    }

    /** Until the daemon has no more than that; it answers, and has no zombies. */
    public void awaitBack(DaemonHarness daemon) throws IOException {
        assertEquals(200, daemon.request(VERSION).getLong("status").orElse(0));
        long pid = daemon.pid();
        daemon.await(descriptors + " descriptors", () -> entries(pid, "fd") <= descriptors);
        daemon.await(threads + " threads", () -> entries(pid, "task") <= threads);
        daemon.assertNoZombies();
    }

    private static int entries(long pid, String directory) throws IOException {
        return list(pid, directory).length;
    }

    private static boolean hasThread(long pid, String name) throws IOException {
        for (String thread : list(pid, "task")) {
            Path comm = Path.of("/proc/" + pid + "/task/" + thread + "/comm");
            try {
                if (Files.readString(comm).strip().equals(name)) {
                    return true;
                }
            } catch (IOException e) {
                return true; // one has just ended (ENOENT or ESRCH): look again
            }
        }
        return false;
    }

    private static String[] list(long pid, String directory) throws IOException {
        Path path = Path.of("/proc/" + pid + "/" + directory);
        String[] names = path.toFile().list();
        if (names == null) {
            throw new IOException("cannot list " + path);
        }
        return names;
    }
}
