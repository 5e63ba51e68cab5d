package taskmaster.supervisor;

import java.util.List;
import taskmaster.config.Config;

/**
 * The daemon's own settings, as far as a reload can change them. Called by the supervisor's thread.
 */
public interface Settings {

    /**
     * Applies what can be applied while running.
     *
     * @return the settings that differ and need a new daemon, or why one could not be applied
     */
    List<String> apply(Config before, Config after);

    /**
     * Closes the logs and opens them again; does not wait for it.
     *
     * @param done runs on another thread when those of programs are open
     */
    void reopenLogs(Runnable done);
}
