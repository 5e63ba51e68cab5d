package taskmaster.daemon;

import java.util.List;
import taskmaster.activity.ActivityLog;
import taskmaster.config.Config;
import taskmaster.config.ConfigDiff;
import taskmaster.output.OutputPipes;
import taskmaster.supervisor.Settings;

/**
 * What a reload changes in the daemon itself: the level of its log, and who may use the socket. All
 * else is named, and waits for a new daemon.
 */
record LiveSettings(ActivityLog log, Control control, OutputPipes pipes) implements Settings {

    @Override
    public List<String> apply(Config before, Config after) {
        log.setLeast(Daemon.level(after.daemon().loglevel()));
        control.reload(after.socket());
        for (String setting : ConfigDiff.liveSettings(before, after)) {
            log.log(ActivityLog.Level.INFO, "reload: " + setting + " changed");
        }
        return ConfigDiff.between(before, after).needsDaemonRestart();
    }

    @Override
    public void reopenLogs() {
        log.reopen();
        pipes.reopen();
    }
}
