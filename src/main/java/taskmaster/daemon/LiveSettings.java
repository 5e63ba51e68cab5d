package taskmaster.daemon;

import java.util.List;
import taskmaster.activity.ActivityLog;
import taskmaster.config.Config;
import taskmaster.config.ConfigDiff;
import taskmaster.supervisor.Settings;

/**
 * What a reload changes in the daemon itself: the level of its log, and who may use the socket. All
 * else is named, and waits for a new daemon.
 */
record LiveSettings(ActivityLog log, Control control) implements Settings {

    @Override
    public List<String> apply(Config before, Config after) {
        log.setLeast(Daemon.level(after.daemon().loglevel()));
        control.reload(after.socket());
        return ConfigDiff.between(before, after).needsDaemonRestart();
    }

    @Override
    public void reopenLogs() {
        log.reopen();
    }
}
