package taskmaster.server;

import java.util.List;
import java.util.Optional;
import taskmaster.posix.Peer;

/**
 * Who may ask for what, of those whom the permissions of the socket's file let connect. Immutable.
 *
 * @param daemonUid the daemon's own user, who may do everything, as root may
 * @param lists empty: whoever can connect may do everything
 */
public record Access(int daemonUid, Optional<Lists> lists) {

    /**
     * Those who may do everything, and those who may look.
     *
     * @param groups counts if it is the effective group of the client or one of its supplementary
     *     ones
     */
    public record Lists(
            List<Integer> users,
            List<Integer> groups,
            List<Integer> readUsers,
            List<Integer> readGroups) {
        public Lists {
            users = List.copyOf(users);
            groups = List.copyOf(groups);
            readUsers = List.copyOf(readUsers);
            readGroups = List.copyOf(readGroups);
        }
    }

    /** Root and the daemon's own user, whom nobody may lock out. */
    boolean isOwner(Peer peer) {
        return peer.uid() == 0 || peer.uid() == daemonUid;
    }

    Role role(Peer peer) {
        if (lists.isEmpty() || isOwner(peer)) {
            return Role.EVERYTHING;
        }
        Lists named = lists.get();
        if (isNamed(peer, named.users, named.groups)) {
            return Role.EVERYTHING;
        }
        return isNamed(peer, named.readUsers, named.readGroups) ? Role.READ : Role.NOTHING;
    }

    private static boolean isNamed(Peer peer, List<Integer> users, List<Integer> groups) {
        if (users.contains(peer.uid()) || groups.contains(peer.gid())) {
            return true;
        }
        for (int group : groups) {
            if (peer.groups().contains(group)) {
                return true;
            }
        }
        return false;
    }
}
