package taskmaster.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which log files have to be opened with care: those in a directory where somebody who is
 * neither root nor ourselves can put a symbolic link. Looks at each directory once.
 */
final class LogGuard {

    /** Its devices are opened as they are. What is deeper may be a directory of everybody's. */
    static final Path DEVICES = Path.of("/dev");

    private static final int TYPE = 0xf000;
    private static final int REGULAR = 0x8000;

    private final int uid;
    private final Map<String, Boolean> directories = new HashMap<>();

    LogGuard(int uid) {
        this.uid = uid;
    }

    Launch.LogTarget target(Path path) {
        Path directory = path.getParent();
        if (directory == null || directory.equals(DEVICES)) {
            return new Launch.LogTarget(path, false);
        }
        String name = directory.toString();
        Boolean guarded = directories.get(name);
        if (guarded == null) {
            guarded = othersMayWrite(directory);
            directories.put(name, guarded);
        }
        return new Launch.LogTarget(path, guarded);
    }

    /** True where there is something that is no file: a FIFO, a socket, a directory. */
    static boolean isOther(Path path) {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            return (mode & TYPE) != REGULAR;
        } catch (IOException e) {
            return false; // not there yet
        }
    }

    /** A directory that is not there yet may be made by anybody: it counts as writable. */
    private boolean othersMayWrite(Path directory) {
        try {
            Map<String, Object> status = Files.readAttributes(directory, "unix:mode,uid,gid");
            int mode = (Integer) status.get("mode");
            int owner = (Integer) status.get("uid");
            boolean byGroup = (mode & 0020) != 0 && (Integer) status.get("gid") != 0;
            return (mode & 0002) != 0 || byGroup || (owner != 0 && owner != uid);
        } catch (IOException e) {
            return true;
        }
    }
}
