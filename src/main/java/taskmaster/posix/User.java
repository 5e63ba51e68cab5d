package taskmaster.posix;

import java.util.List;

/**
 * A user as the user database has it (man 3 getpwnam_r, getgrouplist): {@code groups} are all its
 * groups, the primary one included.
 */
public record User(String name, int uid, int gid, List<Integer> groups) {

    public User {
        groups = List.copyOf(groups);
    }
}
