package taskmaster.output;

import java.nio.file.Path;
import java.util.Set;

/** Who wants to know what becomes of logs. No call waits. */
public interface LogListener {

    /**
     * Something was written to a log; often called. For followers of whom the kernel tells nobody,
     * as with splice(2) before Linux 6.5.
     */
    void wrote(Path log);

    /**
     * A log was rotated, and older files of it are about to be replaced.
     *
     * @param names of the log
     * @param opened runs once, on any thread, when all who follow it have those files open
     */
    void rotated(Set<Path> names, Runnable opened);
}
