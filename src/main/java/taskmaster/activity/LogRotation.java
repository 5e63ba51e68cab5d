package taskmaster.activity;

import java.io.IOException;
import java.nio.file.Path;

/** What makes room when a log has become large. */
public interface LogRotation {

    /** A log that may grow. */
    LogRotation NEVER =
            new LogRotation() {
                @Override
                public long maxBytes() {
                    return 0;
                }

                @Override
                public void rotate(Path file) {
                    throw new IllegalStateException("there is no limit");
                }
            };

    /** What no file is larger than; 0: no limit. */
    long maxBytes();

    /**
     * Moves the file away: who opens its name then makes a new one.
     *
     * @param file absolute
     * @throws IOException it is still there
     */
    void rotate(Path file) throws IOException;
}
