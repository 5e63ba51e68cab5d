package taskmaster.output;

import java.nio.file.Path;

/**
 * Where a stream of a process goes.
 *
 * @param stream its name, among all: {@code web:web_0.stdout}
 * @param guarded others may write to the log's directory
 * @param block while the log cannot be written the process waits; else its bytes are dropped
 */
public record StreamSpec(
        String stream, Path log, boolean guarded, Rotation rotation, boolean block) {}
