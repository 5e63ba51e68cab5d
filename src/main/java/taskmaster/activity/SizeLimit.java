package taskmaster.activity;

import java.io.IOException;
import java.nio.file.Path;

/**
 * How large a log may become, and what is done then.
 *
 * @param maxBytes what no file is larger than; 0: no limit
 * @param mover makes room
 */
public record SizeLimit(long maxBytes, Mover mover) {

    /** A log that may grow. */
    public static final SizeLimit NONE = new SizeLimit(0, file -> {});

    /** Moves a file away: who opens its name then makes a new one. */
    @FunctionalInterface
    public interface Mover {

        /**
         * Moves it.
         *
         * @param file absolute
         * @throws IOException it is still there
         */
        void moveAway(Path file) throws IOException;
    }
}
