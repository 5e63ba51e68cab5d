package taskmaster.posix;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a child shall be. Its signals are as a program expects them (none blocked or ignored), it
 * leads a session of its own, and it has no descriptor but those said here. Strings reach it in
 * UTF-8.
 *
 * @param executables paths to try in order, as found by a search in PATH. The first that can be
 *     executed is; one that is not there (ENOENT, ENOTDIR) or not allowed (EACCES) is passed over,
 *     and any other error ends the search, as in execvp(3)
 * @param argv argv[0] and up
 * @param inheritsEnv whether it gets the base environment; else {@code env} is all
 * @param env replaces and adds to the base environment
 * @param user whom it becomes, groups included; empty: the daemon's own
 * @param directory entered as that user; empty: the daemon's own
 * @param umask 0 to 0777
 * @param inherited descriptors of the daemon that it finds as 3, 4, …
 */
public record ChildPlan(
        List<String> executables,
        List<String> argv,
        boolean inheritsEnv,
        Map<String, String> env,
        Optional<User> user,
        Optional<String> directory,
        int umask,
        InputPlan stdin,
        OutputPlan stdout,
        OutputPlan stderr,
        List<Integer> inherited) {

    /**
     * Checks what no child can be.
     *
     * @throws IllegalArgumentException no executable or no argv, a NUL in a string, a name in
     *     {@code env} that is empty or has a {@code =}, a number out of range, stdout as stdout, a
     *     user with the id 4294967295, which to the kernel means "as it was"
     */
    public ChildPlan {
        executables = List.copyOf(executables);
        argv = List.copyOf(argv);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        inherited = List.copyOf(inherited);
        require(!executables.isEmpty() && !argv.isEmpty(), "nothing to execute");
        require(umask >= 0 && umask <= 0777, "not a umask: " + umask);
        require(!(stdout instanceof OutputPlan.SameAsStdout), "stdout is where stdout goes");
        for (String path : executables) {
            refuseNul(path);
        }
        for (String argument : argv) {
            refuseNul(argument);
        }
        for (Map.Entry<String, String> variable : env.entrySet()) {
            String name = variable.getKey();
            require(!name.isEmpty() && name.indexOf('=') < 0, "not a variable: " + name);
            refuseNul(name);
            refuseNul(variable.getValue());
        }
        if (directory.isPresent()) {
            refuseNul(directory.get());
        }
        if (user.isPresent()) {
            refuseUnchanged(user.get());
        }
        for (int fd : inherited) {
            refuseNegative(fd);
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    static void refuseNul(String text) {
        require(text.indexOf('\0') < 0, "a NUL in " + text);
    }

    static void refuseNegative(int fd) {
        require(fd >= 0, "not a descriptor: " + fd);
    }

    /** To setresuid and setresgid -1 means "leave it": somebody would stay root. */
    static void refuseUnchanged(User user) {
        require(user.uid() != -1 && user.gid() != -1, "an id of user " + user.name() + " is -1");
    }
}
