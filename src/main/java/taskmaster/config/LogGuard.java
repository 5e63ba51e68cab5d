package taskmaster.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.TrustedPath;

/**
 * Decides which log files have to be opened with care: those with a directory on the way to them
 * where somebody who is neither root nor ourselves can put a symbolic link. Looks at each directory
 * once.
 */
final class LogGuard {

    /**
     * Devices, and descriptors of who opens them, are opened as they are. What is deeper may be a
     * directory of everybody's.
     */
    private static final List<Path> DEVICES =
            List.of(Path.of("/dev"), Path.of("/dev/fd"), Path.of("/proc/self/fd"));

    private static final int TYPE = 0xf000;
    private static final int REGULAR = 0x8000;

    private final int uid;
    private final Map<Path, TrustedPath> directories = new HashMap<>();

    LogGuard(int uid) {
        this.uid = uid;
    }

    Launch.LogTarget target(Path path) {
        Path directory = path.getParent();
        if (directory == null || DEVICES.contains(directory)) {
            return Launch.LogTarget.plain(path);
        }
        try {
            TrustedPath inside = directories.get(directory);
            if (inside == null) {
                inside = TrustedPath.inside(directory, uid);
                directories.put(directory, inside);
            }
            return new Launch.LogTarget(path, of(path, inside));
        } catch (IOException e) {
            // Links that lead in a circle: who opens it will say so.
            TrustedPath.Guard guard = TrustedPath.Guard.NAME;
            TrustedPath circle = new TrustedPath(path.toString(), guard, Optional.empty());
            return new Launch.LogTarget(path, circle);
        }
    }

    /** True where there is something that is no file: a device, a FIFO, a socket. */
    static boolean isOther(Path path) {
        if (path.startsWith(Path.of("/dev"))) {
            return !path.startsWith(Path.of("/dev/shm"));
        }
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            return (mode & TYPE) != REGULAR;
        } catch (IOException e) {
            return false; // not there yet
        }
    }

    private TrustedPath of(Path path, TrustedPath inside) throws IOException {
        String name = path.getFileName().toString();
        if (name.equals("..")) {
            return TrustedPath.of(path, uid);
        }
        if (inside.guard() != TrustedPath.Guard.NONE) {
            return inside.child(name);
        }
        return Files.isSymbolicLink(path)
                ? TrustedPath.of(path, uid)
                : Launch.LogTarget.plain(path).trusted();
    }
}
