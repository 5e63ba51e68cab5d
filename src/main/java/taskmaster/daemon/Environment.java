package taskmaster.daemon;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskmaster.posix.BaseEnvironment;

/**
 * The environment that the daemon was started with, without what is between its launcher and
 * itself.
 *
 * <p>Java takes the encoding of file names from the locale and nothing else, so in a locale without
 * UTF-8 the launcher sets LC_ALL for us and keeps what it was in {@link #LC_ALL_BEFORE}; programs
 * get it back.
 */
final class Environment {

    /** Tells the daemon that a command waits for it, and where the pipe is. Not for programs. */
    static final String READY_FD = "TASKMASTERD_READY_FD";

    /** LC_ALL as the user had it; empty where it was not set. */
    private static final String LC_ALL_BEFORE = "TASKMASTERD_LC_ALL";

    private static final String LC_ALL = "LC_ALL";

    private Environment() {}

    private static Optional<String> localeBefore() {
        return Optional.ofNullable(System.getenv(LC_ALL_BEFORE));
    }

    /** For programs: the raw bytes, for what is not UTF-8 in it. */
    static BaseEnvironment base() throws IOException {
        Set<String> ours = new HashSet<>(Set.of(READY_FD, LC_ALL_BEFORE));
        if (localeBefore().isEmpty()) {
            return BaseEnvironment.read(ours);
        }
        ours.add(LC_ALL);
        BaseEnvironment base = BaseEnvironment.read(ours);
        String before = localeBefore().get();
        return before.isEmpty() ? base : base.with(LC_ALL, before);
    }

    /** The same as text, for the configuration. */
    static Map<String, String> asText() {
        Map<String, String> text = new HashMap<>(System.getenv());
        text.remove(READY_FD);
        text.remove(LC_ALL_BEFORE);
        if (localeBefore().isPresent()) {
            text.remove(LC_ALL);
            if (!localeBefore().get().isEmpty()) {
                text.put(LC_ALL, localeBefore().get());
            }
        }
        return text;
    }

    /** What a daemon that this process starts needs on top of {@link #base}. */
    static Map<String, String> forDaemon(int readyFd) {
        Map<String, String> more = new HashMap<>();
        more.put(READY_FD, String.valueOf(readyFd));
        if (localeBefore().isPresent()) {
            more.put(LC_ALL_BEFORE, localeBefore().get());
            more.put(LC_ALL, System.getenv(LC_ALL));
        }
        return more;
    }
}
