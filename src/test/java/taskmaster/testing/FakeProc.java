package taskmaster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that looks like /proc as far as {@code top} reads it: {@code PID/stat} and {@code
 * PID/fd}. Made in an empty directory of the test's.
 */
public final class FakeProc {

    private final Path root;

    public FakeProc(Path root) {
        this.root = root;
    }

    public String root() {
        return root.toString();
    }

    /**
     * A process; the first call makes it, a further one changes it.
     *
     * @param start in ticks: another one is another process with the same pid
     * @param own ticks of CPU
     * @param children ticks of those it has waited for
     */
    public FakeProc put(int pid, int session, long start, long own, long children)
            throws IOException {
        return put(pid, line(pid, "a) (b", 'S', session, start, own, children));
    }

    public FakeProc put(int pid, String line) throws IOException {
        Path directory = Files.createDirectories(root.resolve(Integer.toString(pid)));
        Path fresh = directory.resolve("stat.new");
        Files.writeString(fresh, line);
        Files.move(
                fresh,
                directory.resolve("stat"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /** Descriptors 0 to {@code count - 1}. */
    public FakeProc descriptors(int pid, int count) throws IOException {
        Path fds = Files.createDirectories(root.resolve(pid + "/fd"));
        for (int i = 0; i < count; i++) {
            Files.writeString(fds.resolve(Integer.toString(i)), "");
        }
        return this;
    }

    public void remove(int pid) throws IOException {
        Directories.delete(root.resolve(Integer.toString(pid)));
    }

    /** With 3 threads and 5 resident pages. */
    public static String line(
            int pid, String name, char state, int session, long start, long own, long children) {
        return pid
                + " ("
                + name
                + ") "
                + state
                + " 1 "
                + pid
                + " "
                + session
                + " 0 -1 4194304"
                + " 9 9 9 9 "
                + (own - own / 3)
                + " "
                + own / 3
                + " "
                + (children - children / 3)
                + " "
                + children / 3
                + " 20 0 3 0 "
                + start
                + " 99999744 5 18446744073709551615"
                + " 1 1 0 0 0 0 0 0 0 0 0 0 17 3 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
    }
}
