package taskmaster.activity;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** How a log is opened for appending; called again when it is to be opened anew. */
@FunctionalInterface
public interface LogOpener {

    /**
     * Opens the file; creates it where it is missing.
     *
     * @param file absolute
     * @throws IOException the message says why, and nothing else: {@code EACCES (permission
     *     denied)}
     */
    FileChannel open(Path file) throws IOException;
}
