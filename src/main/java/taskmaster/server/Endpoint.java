package taskmaster.server;

import java.nio.file.Path;

/**
 * Where the daemon listens, and who may connect.
 *
 * @param file the socket; of at most {@value SocketFile#MAX_PATH} bytes
 * @param mode permission bits, 0 to 0o777
 * @param uid owner of the file
 * @param gid group of the file
 * @param daemonUid the effective user id of this process
 */
public record Endpoint(Path file, int mode, int uid, int gid, int daemonUid) {

    public Endpoint {
        if ((mode & ~0777) != 0) {
            throw new IllegalArgumentException("mode 0" + Integer.toOctalString(mode));
        }
    }
}
