package taskmaster.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.Login;
import taskmaster.posix.User;
import taskmaster.toml.Position;
import taskmaster.toml.TomlValue;

/**
 * Who may run what: looks users up (each once) and knows whose rights programs are started with.
 */
final class Accounts {

    private final Host host;
    private final Map<String, Optional<User>> known = new HashMap<>();
    private final Map<String, Optional<Login>> logins = new HashMap<>();
    private Optional<User> becomes = Optional.empty();

    Accounts(Host host) {
        this.host = host;
    }

    /** The value of a key that names a user: a string, or a uid as a number. */
    static Optional<TomlValue.Text> written(Section section, String key) {
        Optional<TomlValue> value = section.value(key);
        if (value.isPresent() && value.get() instanceof TomlValue.Int uid) {
            String digits = Long.toString(uid.value());
            return Optional.of(new TomlValue.Text(digits, uid.position()));
        }
        return section.written(key);
    }

    /** By name, else by uid. */
    Optional<User> find(String nameOrUid) {
        Optional<User> user = known.get(nameOrUid);
        if (user == null) {
            user = host.users().byName(nameOrUid);
            int uid = number(nameOrUid);
            if (user.isEmpty() && uid >= 0) {
                user = host.users().byUid(uid);
            }
            known.put(nameOrUid, user);
        }
        return user;
    }

    /** Of a user that was found; each is looked up once. */
    Optional<Login> loginOf(String name) {
        Optional<Login> login = logins.get(name);
        if (login == null) {
            login = host.users().loginOf(name);
            logins.put(name, login);
        }
        return login;
    }

    /** The value of decimal digits, or -1. */
    static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 10;
        for (int i = 0; i < text.length() && digits; i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        long value = digits ? Long.parseLong(text) : -1;
        return value <= Integer.MAX_VALUE ? (int) value : -1;
    }

    /** {@code [taskmasterd] user}; empty where nothing has to change. */
    Optional<String> ofDaemon(Section section) {
        Optional<TomlValue.Text> written = written(section, "user");
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String name = written.get().value();
        Optional<User> user = existing(section, written.get().position(), name);
        if (user.isEmpty() || user.get().uid() == host.uid()) {
            return Optional.empty();
        }
        if (!host.isRoot()) {
            String message = "only root can become another user, and this is uid " + host.uid();
            section.problem("user", message);
        }
        becomes = user;
        return Optional.of(name);
    }

    /** The user of a program; empty where it is the daemon's own and not root. */
    Optional<User> ofProgram(Section section, Position position, String name) {
        Optional<User> user = existing(section, position, name);
        if (user.isEmpty()) {
            return user;
        }
        int own = ownUid();
        if (own == 0) {
            return user;
        }
        if (user.get().uid() != own) {
            String who =
                    becomes.isPresent()
                            ? "taskmasterd becomes "
                                    + becomes.get().name()
                                    + " ([taskmasterd] user)"
                            : "this is uid " + own;
            String message = "only root can start a program as another user, and " + who;
            section.problemAt(position, "user", message);
        }
        return Optional.empty();
    }

    /** Whose rights programs are started with: the daemon's, once it is what it becomes. */
    int ownUid() {
        return becomes.isPresent() ? becomes.get().uid() : host.uid();
    }

    private Optional<User> existing(Section section, Position position, String name) {
        Optional<User> user = find(name);
        if (user.isEmpty()) {
            String message = "there is no user " + Hints.quote(name) + " on this host";
            section.problemAt(position, "user", message);
        }
        return user;
    }

    /** Who may do everything, and who may look; empty where neither key is there. */
    Optional<Config.Access> access(Section section, String all, String read) {
        return section.has(all) || section.has(read)
                ? Optional.of(new Config.Access(grantees(section, all), grantees(section, read)))
                : Optional.empty();
    }

    /** {@code "user"}, {@code "@group"}, or a number for either. */
    private List<Config.Grantee> grantees(Section section, String key) {
        List<Config.Grantee> grantees = new ArrayList<>();
        for (TomlValue.Text item : section.texts(key)) {
            boolean group = item.value().startsWith("@");
            String name = group ? item.value().substring(1) : item.value();
            int id = group ? gid(name) : uid(name);
            if (id >= 0) {
                grantees.add(new Config.Grantee(item.value(), group, id));
                continue;
            }
            String kind = group ? "group " : "user ";
            String message =
                    name.isEmpty()
                            ? Hints.quote(item.value()) + " must be \"user\" or \"@group\""
                            : "there is no " + kind + Hints.quote(name) + " on this host";
            section.problemAt(item.position(), key, message);
        }
        return grantees;
    }

    /** By name, else a number even if nobody has it; -1 for neither. */
    private int uid(String name) {
        Optional<User> user = find(name);
        return user.isEmpty() ? number(name) : user.get().uid();
    }

    private int gid(String name) {
        return host.users().groupId(name).orElse(number(name));
    }

    /** {@code user}, {@code user:group} or {@code :group}: uid and gid, -1 for the daemon's own. */
    int[] owner(Section section, String key) {
        int[] owner = {-1, -1};
        Optional<TomlValue.Text> written = written(section, key);
        if (written.isEmpty()) {
            return owner;
        }
        String text = written.get().value();
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        if (group.isEmpty() && (colon >= 0 || name.isEmpty())) {
            section.problem(key, Hints.quote(text) + " must be \"user\" or \"user:group\"");
            return owner;
        }
        if (!name.isEmpty()) {
            owner[0] = uid(section, key, name);
        }
        if (!group.isEmpty()) {
            owner[1] = gid(group);
            if (owner[1] < 0) {
                section.problem(key, "there is no group " + Hints.quote(group) + " on this host");
            }
        }
        return owner;
    }

    private int uid(Section section, String key, String name) {
        Optional<User> user = find(name);
        if (user.isEmpty()) {
            section.problem(key, "there is no user " + Hints.quote(name) + " on this host");
            return -1;
        }
        if (!host.isRoot() && user.get().uid() != host.uid()) {
            String message = "only root can give a file away, and this is uid " + host.uid();
            section.problem(key, message);
        }
        return user.get().uid();
    }
}
