package taskmaster.daemon;

import java.util.Optional;
import taskmaster.config.Config;
import taskmaster.config.ProcessSpec;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Limits;
import taskmaster.posix.Posix;
import taskmaster.posix.Resource;
import taskmaster.posix.User;
import taskmaster.posix.Users;

/**
 * What the daemon is allowed and who it is: limits raised first, then the user changed for good.
 */
final class Privileges {

    private Privileges() {}

    /**
     * @throws StartFailure the hard limit is lower and cannot be raised
     */
    static void raise(Posix posix, Resource resource, String key, long least) throws StartFailure {
        try {
            Limits now = posix.limit(resource);
            if (now.soft() < least) {
                posix.setLimit(resource, new Limits(least, Math.max(least, now.hard())));
            }
        } catch (ErrnoException e) {
            throw new StartFailure(
                    StartFailure.USAGE,
                    key
                            + " = "
                            + least
                            + " is more than this process may have ("
                            + e.getMessage()
                            + "); lower it, or raise the limit (ulimit -H)");
        }
    }

    /**
     * Becomes the user of {@code [taskmasterd]}, all threads, if one is asked for.
     *
     * @return what holds from then on: programs of that user have it without becoming it, which
     *     only root could
     */
    static Config become(Posix posix, Config config) throws StartFailure {
        Optional<String> name = config.daemon().user();
        if (name.isEmpty()) {
            return config;
        }
        try {
            User user = find(name.get());
            int uid = posix.effectiveUid();
            if (uid == user.uid()) {
                return config;
            }
            if (uid != 0) {
                throw new StartFailure(
                        StartFailure.USAGE,
                        "cannot become user \"" + name.get() + "\": only root can");
            }
            requireNoOther(config, user);
            posix.becomeUser(user);
            return config.withoutUsers();
        } catch (ErrnoException e) {
            throw new StartFailure(
                    StartFailure.FAILED,
                    "cannot become user \"" + name.get() + "\": " + e.getMessage());
        }
    }

    private static User find(String name) throws StartFailure, ErrnoException {
        Optional<User> user = Users.byName(name);
        if (user.isEmpty() && !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            user = name.length() <= 9 ? Users.byUid(Integer.parseInt(name)) : Optional.empty();
        }
        if (user.isEmpty()) {
            throw new StartFailure(StartFailure.USAGE, "there is no user \"" + name + "\"");
        }
        return user.get();
    }

    /** Once it is that user, it cannot start programs as another. */
    private static void requireNoOther(Config config, User user) throws StartFailure {
        for (ProcessSpec spec : config.processes()) {
            Optional<User> other = spec.launch().user();
            if (other.isPresent() && other.get().uid() != user.uid()) {
                throw new StartFailure(
                        StartFailure.USAGE,
                        "[programs."
                                + spec.program()
                                + "] user: \""
                                + other.get().name()
                                + "\" is impossible, because taskmasterd itself becomes \""
                                + user.name()
                                + "\"; leave one of them out");
            }
        }
    }
}
