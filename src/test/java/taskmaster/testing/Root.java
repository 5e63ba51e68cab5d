package taskmaster.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** For what only root can try. */
public final class Root {

    private Root() {}

    /** Whether the tests run as root. */
    public static boolean isHere() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    /** Others hear of it, and the test is skipped. */
    public static void isNeeded() throws IOException {
        if (!isHere()) {
            StackTraceElement test = new Throwable().getStackTrace()[1];
            System.err.println("NOT TESTED, for want of root: " + test);
            Assumptions.abort("this test needs root");
        }
    }
}
