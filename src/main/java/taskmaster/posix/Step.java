package taskmaster.posix;

/** What a row of a child's script does, for the message when it fails. */
enum Step {
    SIGNALS,
    SESSION,
    STDIN,
    TERMINAL,
    STDOUT,
    STDOUT_TYPE,
    STDOUT_OWNER,
    STDOUT_LINKS,
    STDOUT_NAME,
    STDERR,
    STDERR_TYPE,
    STDERR_OWNER,
    STDERR_LINKS,
    STDERR_NAME,
    INHERITED,
    CLOSE,
    LIMITS,
    USER,
    DIRECTORY,
    UMASK,
    RUN,
    INTERPRETER;

    private static final String TYPE = ", which is not a regular file";
    private static final String OWNER = ", which belongs to another user";
    private static final String SYMLINK = ", a symbolic link where others may write";
    private static final String OTHERS = ", below a directory of others, by openat2 (Linux 5.6)";
    private static final String NAME =
            ", which lost its name meanwhile (where a directory was moved, reload)";
    private static final String LINKS = ", which has another name somewhere (a hard link)";

    /**
     * What could not be done, to be read after "cannot".
     *
     * @param index which of the inherited descriptors or of the executables
     */
    String action(ChildPlan plan, int index, Errno errno) {
        return switch (this) {
            case SIGNALS -> "reset its signals";
            case SESSION -> "start a session";
            case STDIN -> openInput(plan.stdin());
            case TERMINAL -> "make the pseudo-terminal its controlling terminal";
            case STDOUT -> open("stdout", plan.stdout(), errno);
            case STDOUT_TYPE -> "use stdout" + path(plan.stdout()) + TYPE;
            case STDOUT_OWNER -> "use stdout" + path(plan.stdout()) + OWNER;
            case STDOUT_LINKS -> "use stdout" + path(plan.stdout()) + LINKS;
            case STDOUT_NAME -> "use stdout" + path(plan.stdout()) + NAME;
            case STDERR -> open("stderr", plan.stderr(), errno);
            case STDERR_TYPE -> "use stderr" + path(plan.stderr()) + TYPE;
            case STDERR_OWNER -> "use stderr" + path(plan.stderr()) + OWNER;
            case STDERR_LINKS -> "use stderr" + path(plan.stderr()) + LINKS;
            case STDERR_NAME -> "use stderr" + path(plan.stderr()) + NAME;
            case INHERITED -> "hand on descriptor " + plan.inherited().get(index);
            case CLOSE -> "close the daemon's descriptors";
            case LIMITS -> "set the resource limits";
            case USER ->
                    "become user" + quoted(plan.user().isEmpty() ? "" : plan.user().get().name());
            case DIRECTORY -> "change to directory" + quoted(plan.directory().orElse(""));
            case UMASK -> "set the umask";
            case RUN -> run(plan, index, errno);
            case INTERPRETER ->
                    "run"
                            + quoted(plan.executables().get(index))
                            + ", whose interpreter is missing";
        };
    }

    private static String open(String stream, OutputPlan output, Errno errno) {
        return switch (output) {
            case OutputPlan.Append append when append.guarded() && errno.equals(Errno.ELOOP) ->
                    "use " + stream + quoted(append.path()) + SYMLINK;
            case OutputPlan.Append append
                    when append.guard() == TrustedPath.Guard.PATH
                            && (errno.equals(Errno.ENOSYS) || errno.equals(Errno.EPERM)) ->
                    "open " + stream + quoted(append.path()) + OTHERS;
            case OutputPlan.Append append -> "open " + stream + quoted(append.path());
            case OutputPlan.Fifo fifo -> "open " + stream + quoted(fifo.path());
            case OutputPlan.Inherit(int fd) -> "hand on descriptor " + fd + " as " + stream;
            case OutputPlan.SameAsStdout _ -> "hand on stdout as " + stream;
        };
    }

    private static String openInput(InputPlan input) {
        return switch (input) {
            case InputPlan.Nothing _ -> "open stdin" + quoted("/dev/null");
            case InputPlan.Read(String path) -> "open stdin" + quoted(path);
            case InputPlan.Inherit(int fd) -> "hand on descriptor " + fd + " as stdin";
            case InputPlan.Terminal _ -> "hand on the pseudo-terminal as stdin";
        };
    }

    private static String path(OutputPlan output) {
        return output instanceof OutputPlan.Append append ? quoted(append.path()) : "";
    }

    private static String run(ChildPlan plan, int index, Errno errno) {
        String path = plan.executables().get(index);
        boolean missing = errno.equals(Errno.ENOENT) || errno.equals(Errno.ENOTDIR);
        if (missing && plan.executables().size() > 1) {
            return "find" + quoted(path.substring(path.lastIndexOf('/') + 1)) + " in PATH";
        }
        return "run" + quoted(path);
    }

    private static String quoted(String text) {
        return " " + Posix.quoted(text);
    }
}
