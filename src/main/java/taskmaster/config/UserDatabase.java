package taskmaster.config;

import java.util.Optional;
import taskmaster.posix.Login;
import taskmaster.posix.User;

/** Users and groups of this host (man 5 nsswitch.conf). Empty: there is none of that name. */
public interface UserDatabase {

    Optional<User> byName(String name);

    Optional<User> byUid(int uid);

    /** Of a user that is there. */
    Optional<Login> loginOf(String name);

    /** The number of a group. */
    Optional<Integer> groupId(String name);
}
