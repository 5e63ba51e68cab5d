package taskmaster.output;

import java.nio.file.Path;
import taskmaster.posix.TrustedPath;

/**
 * Where a stream of a process goes.
 *
 * @param stream its name, among all: {@code web:web_0.stdout}
 * @param program whose logs count together
 * @param trusted how the log is to be opened
 * @param block while the log cannot be written the process waits; else its bytes are dropped
 */
public record StreamSpec(
        String stream,
        String program,
        Path log,
        TrustedPath trusted,
        RotationRule rotation,
        boolean block,
        LineRule lines) {}
