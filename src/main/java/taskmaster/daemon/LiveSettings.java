package taskmaster.daemon;

import java.util.ArrayList;
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
        boolean listsStay = !control.reload(after.socket());
        for (String setting : ConfigDiff.liveSettings(before, after)) {
            log.log(ActivityLog.Level.INFO, "reload: " + setting + " changed");
        }
        List<String> later = ConfigDiff.between(before, after).needsDaemonRestart();
        if (!listsStay) {
            return later;
        }
        var all = new ArrayList<String>(later);
        all.add("[unix_http_server] without allow and allow_read");
        return all;
    }

    @Override
    public void reopenLogs(Runnable done) {
        log.reopen();
        pipes.reopen(done);
    }
}
