package taskmaster.posix;

import java.util.List;

/**
 * Who is at the other end of a socket, as the kernel noted it when that process connected (man 7
 * unix, SO_PEERCRED): it may have ended since, or have handed the socket on.
 *
 * @param pid 0 where it is in another PID namespace that we do not see
 * @param uid unsigned, as all user ids; effective, as are the groups
 * @param gid its effective group
 * @param groups its supplementary groups, or the first {@value SocketIo#MOST_GROUPS} of them, which
 *     are the lowest numbers since the kernel sorts them; empty where the kernel does not tell
 *     (before Linux 4.13)
 */
public record Peer(int pid, int uid, int gid, List<Integer> groups) {

    public Peer {
        groups = List.copyOf(groups);
    }
}
