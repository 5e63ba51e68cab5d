package taskmaster.supervisor;

import taskmaster.activity.ActivityLog;
import taskmaster.config.Config;
import taskmaster.output.LogReader;

/**
 * What the daemon gives its supervisor.
 *
 * @param searchPath PATH of the daemon, for commands without a slash
 */
public record Surroundings(
        Config config,
        ActivityLog log,
        LogReader logReader,
        Settings settings,
        ConfigReader configReader,
        String searchPath,
        String version) {}
