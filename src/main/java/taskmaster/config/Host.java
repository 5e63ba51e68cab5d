package taskmaster.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * What the reading of a configuration may depend on besides its files.
 *
 * @param environment the daemon's own, for {@code %(ENV_X)s}
 * @param hostName for {@code %(host_node_name)s}
 * @param currentDirectory absolute
 * @param uid whose rights the daemon has; 0 is root
 */
public record Host(
        Map<String, String> environment,
        String hostName,
        Path currentDirectory,
        int uid,
        UserDatabase users) {

    boolean isRoot() {
        return uid == 0;
    }
}
