package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The open descriptors of this JVM. Its other threads open and close some at any time (a class is
 * loaded, the pipes of a process that has ended are closed), so their number alone says nothing.
 */
final class OwnDescriptors {

    private static final Path ALL = Path.of("/proc/self/fd");

    private final Set<String> before;

    private OwnDescriptors(Set<String> before) {
        this.before = before;
    }

    static OwnDescriptors now() throws IOException {
        return new OwnDescriptors(open());
    }

    /** Number and target of each. */
    private static Set<String> open() throws IOException {
        Set<String> open = new HashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL)) {
            for (Path fd : all) {
                try {
                    open.add(fd.getFileName() + " " + Files.readSymbolicLink(fd));
                } catch (NoSuchFileException closed) {
                    // Since it was listed.
                }
            }
        }
        return open;
    }

    /** A number above all that are in use. */
    static int unused() throws IOException {
        int highest = 2;
        for (String fd : open()) {
            highest = Math.max(highest, Integer.parseInt(fd.substring(0, fd.indexOf(' '))));
        }
        return highest + 100;
    }

    /** Something was done so many times since: did each time leave one open, it would be seen. */
    void assertNotOneMoreForEachOf(int times) throws IOException {
        Set<String> left = open();
        left.removeAll(before);
        assertTrue(left.size() < times, () -> "left open: " + left);
    }
}
