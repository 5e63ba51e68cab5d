package taskmaster.daemon;

import java.util.Optional;
import taskmaster.config.UserDatabase;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Login;
import taskmaster.posix.User;
import taskmaster.posix.Users;

/**
 * The system's users and groups. One that cannot be looked up is, for a configuration, not there.
 */
final class SystemUsers implements UserDatabase {

    @Override
    public Optional<User> byName(String name) {
        try {
            return Users.byName(name);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<User> byUid(int uid) {
        try {
            return Users.byUid(uid);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Login> loginOf(String name) {
        try {
            return Users.loginOf(name);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Integer> groupId(String name) {
        try {
            return Users.groupId(name);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }
}
