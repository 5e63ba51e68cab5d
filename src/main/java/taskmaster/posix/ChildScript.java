package taskmaster.posix;

import static taskmaster.posix.ChildMemory.ALL;
import static taskmaster.posix.ChildMemory.NONE;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a child does between clone and its program, in order:
 *
 * <ol>
 *   <li>every signal to its default, while all are blocked: no handler of the JVM may run in it
 *   <li>a session of its own
 *   <li>descriptors, still as the daemon's user: stdin, which may become the controlling terminal,
 *       stdout, stderr, those handed on; then all others are closed
 *   <li>the resource limits that the daemon was started with (after the descriptors, which a lower
 *       NOFILE would get in the way of)
 *   <li>groups and user
 *   <li>stdin, where it is a file: opened as that user
 *   <li>the directory, entered as that user, and the umask
 *   <li>no signal blocked
 *   <li>the program
 * </ol>
 *
 * <p>Immutable. No switch over types here: the JVM writes a class for one when it is first run.
 */
final class ChildScript {

    /** The rows before those of the plan: block, clone, restore, and a row for each signal. */
    private static final int BLOCK = 0;

    private static final int CLONE = 1;
    private static final int RESTORE = 2;
    private static final int FIRST_SIGNAL = 3;
    private static final int PREFIX_ROWS = FIRST_SIGNAL + Signal.MAX - 2;

    /** More than the rows of a plan that are not counted one by one. */
    private static final int OTHER_ROWS = 56;

    private static final long CLONE_VM = 0x100;
    private static final long CLONE_CHILD_CLEARTID = 0x200000;
    private static final long SIGCHLD = 17;
    private static final int SIG_SETMASK = 2;
    private static final int SIGSET_BYTES = 8;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;
    private static final int LOG_MODE = 0666;
    private static final long HIGHEST_DESCRIPTOR = 0xffff_ffffL;

    /** What execvp(3) passes over. */
    private static final long NOT_ALLOWED = 1L << Errno.EACCES.number();

    private static final long NOT_THERE =
            (1L << Errno.ENOENT.number()) | (1L << Errno.ENOTDIR.number());

    /**
     * Where close_range cannot be had, descriptors are closed one by one: those that are open, and
     * this many more of the lowest, for what another thread opens meanwhile.
     */
    private static final int OPENED_MEANWHILE = 64;

    /** And this many where nobody says which are open. */
    private static final int MOST_CLOSED_BLINDLY = 65_536;

    /** Constants in C's memory: zeros, ones, paths, limits; the environment comes after them. */
    private static final int ZEROS = 0;

    private static final int ONES = 64;
    private static final int DEV_NULL = 72;
    private static final int LIMITS = 96;
    private static final int OPEN_HOW = 224;
    private static final int STDOUT_LINK = 256;
    private static final int STDERR_LINK = 272;
    private static final int ENVIRONMENT = 288;

    private static final byte[] PATH = bytes("/dev/null");

    private final Posix posix;
    private final BaseEnvironment environment;
    private final Map<Resource, Limits> limits;
    private final boolean closeRange;
    private final CMemory constants;
    private final long[] prefix = new long[PREFIX_ROWS * ChildMemory.ROW_LONGS];

    ChildScript(
            Posix posix,
            BaseEnvironment environment,
            Map<Resource, Limits> limits,
            boolean closeRange)
            throws ErrnoException {
        this.posix = posix;
        this.environment = environment;
        this.limits = Map.copyOf(limits);
        this.closeRange = closeRange;
        byte[] block = environment.block();
        constants = NativeMemory.map(ENVIRONMENT + block.length);
        constants.putLong(ONES, -1L);
        constants.put(DEV_NULL, PATH, PATH.length);
        byte[] link = bytes("/proc/self/fd/1");
        constants.put(STDOUT_LINK, link, link.length);
        link[link.length - 1] = '2';
        constants.put(STDERR_LINK, link, link.length);
        constants.putLong(OPEN_HOW, logFlags(true));
        constants.putLong(OPEN_HOW + Long.BYTES, LOG_MODE);
        constants.putLong(OPEN_HOW + 2 * Long.BYTES, Posix.RESOLVE_NO_SYMLINKS);
        for (Map.Entry<Resource, Limits> limit : limits.entrySet()) {
            int at = limitOffset(limit.getKey());
            constants.putLong(at, Limits.toKernel(limit.getValue().soft()));
            constants.putLong(at + Long.BYTES, Limits.toKernel(limit.getValue().hard()));
        }
        constants.put(ENVIRONMENT, block, block.length);
        writePrefix();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int limitOffset(Resource resource) {
        return LIMITS + 2 * Long.BYTES * resource.number;
    }

    private void writePrefix() {
        long flags = CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD;
        prefixRow(
                BLOCK,
                ChildMemory.CALL,
                Sysno.RT_SIGPROCMASK,
                SIG_SETMASK,
                constant(ONES),
                0,
                SIGSET_BYTES);
        prefixRow(CLONE, ChildMemory.FORK, Sysno.CLONE, flags, 0, 0, 0, 0);
        prefixRow(
                RESTORE, ChildMemory.RETURN, Sysno.RT_SIGPROCMASK, SIG_SETMASK, 0, 0, SIGSET_BYTES);
        int row = FIRST_SIGNAL;
        for (int signal = 1; signal <= Signal.MAX; signal++) {
            if (signal != Signal.KILL.number() && signal != Signal.STOP.number()) {
                prefixRow(
                        row,
                        ChildMemory.CALL,
                        Sysno.RT_SIGACTION,
                        signal,
                        constant(ZEROS),
                        0,
                        SIGSET_BYTES);
                row++;
            }
        }
    }

    private void prefixRow(int row, int kind, Sysno call, long... arguments) {
        int at = row * ChildMemory.ROW_LONGS;
        ChildMemory.write(prefix, at, kind, ALL, call.number(posix.architecture()), arguments);
    }

    private long constant(int offset) {
        return constants.address() + offset;
    }

    /** The descriptors that need a row each: none where one row closes all. */
    int[] toClose() throws ErrnoException {
        if (closeRange) {
            return new int[0];
        }
        String[] names = new File("/proc/self/fd").list();
        int blindly = OPENED_MEANWHILE;
        if (names == null) {
            names = new String[0];
            long limit = posix.limit(Resource.NOFILE).soft();
            blindly = (int) Math.min(limit, MOST_CLOSED_BLINDLY);
        }
        int lowest = names.length + blindly;
        int[] descriptors = new int[lowest + names.length];
        for (int i = 0; i < lowest; i++) {
            descriptors[i] = i;
        }
        for (int i = 0; i < names.length; i++) {
            descriptors[lowest + i] = Integer.parseInt(names[i]);
        }
        return descriptors;
    }

    /** Memory for a plan, still to be placed and written. */
    ChildMemory measure(ChildPlan plan, int[] toClose, ChildText text) {
        int rows =
                PREFIX_ROWS
                        + OTHER_ROWS
                        + 3 * plan.inherited().size()
                        + 2 * plan.executables().size()
                        + toClose.length;
        int groups = plan.user().isPresent() ? plan.user().get().groups().size() : 0;
        int pointers =
                plan.argv().size() + environment.size() + plan.env().size() + 2 + groups / 2 + 1;
        return new ChildMemory(posix.architecture(), rows, pointers, text);
    }

    void write(ChildPlan plan, int[] toClose, ChildText text, ChildMemory memory) {
        memory.begin(prefix);
        memory.setArgument(BLOCK, 2, memory.address(ChildMemory.SAVED_MASK));
        memory.setArgument(
                CLONE, posix.architecture().cloneTidArgument, memory.address(ChildMemory.TID));
        memory.setArgument(RESTORE, 1, memory.address(ChildMemory.SAVED_MASK));
        memory.row(Step.SESSION, 0, NONE, Sysno.SETSID);
        descriptors(plan, toClose, text, memory);
        for (Resource resource : limits.keySet()) {
            long limit = constants.address() + limitOffset(resource);
            memory.row(Step.LIMITS, 0, NONE, Sysno.PRLIMIT64, 0, resource.number, limit, 0);
        }
        if (plan.user().isPresent()) {
            become(plan.user().get(), memory);
        }
        if (text.stdin >= 0) {
            long path = memory.textAddress(text.stdin);
            long flags = OpenFlag.NO_CTTY.bits(posix.architecture());
            memory.row(Step.STDIN, 0, ALL, Sysno.CLOSE, 0);
            memory.row(Step.STDIN, 0, NONE, Sysno.OPENAT, Posix.AT_FDCWD, path, flags, 0);
        }
        if (text.directory >= 0) {
            memory.row(Step.DIRECTORY, 0, NONE, Sysno.CHDIR, memory.textAddress(text.directory));
        }
        memory.row(Step.UMASK, 0, NONE, Sysno.UMASK, plan.umask());
        long empty = constant(ZEROS);
        memory.row(
                Step.SIGNALS, 0, NONE, Sysno.RT_SIGPROCMASK, SIG_SETMASK, empty, 0, SIGSET_BYTES);
        execute(plan, text, memory);
    }

    /**
     * What is handed on goes out of the way first, to numbers above all in use here, and then to
     * its place. What is overwritten up there does not matter: the table is the child's own copy.
     */
    private void descriptors(ChildPlan plan, int[] toClose, ChildText text, ChildMemory memory) {
        List<Integer> inherited = plan.inherited();
        int aside = firstClosed(plan);
        aside = above(aside, plan.stdout());
        aside = above(aside, plan.stderr());
        int stdin = handedOn(plan.stdin());
        aside = Math.max(aside, stdin + 1);
        for (int fd : inherited) {
            aside = Math.max(aside, fd + 1);
        }
        putAside(Step.STDOUT, plan.stdout(), aside, memory);
        putAside(Step.STDERR, plan.stderr(), aside + 1, memory);
        for (int i = 0; i < inherited.size(); i++) {
            memory.row(Step.INHERITED, i, NONE, Sysno.DUP3, inherited.get(i), aside + 2 + i, 0);
        }
        if (stdin >= 0) {
            memory.row(Step.STDIN, 0, NONE, Sysno.DUP3, stdin, 0, 0);
        } else {
            memory.row(Step.STDIN, 0, ALL, Sysno.CLOSE, 0);
            long nothing = constant(DEV_NULL);
            memory.row(Step.STDIN, 0, NONE, Sysno.OPENAT, Posix.AT_FDCWD, nothing, 0, 0);
        }
        if (plan.stdin() instanceof InputPlan.Terminal) {
            memory.row(Step.TERMINAL, 0, NONE, Sysno.IOCTL, 0, PseudoTerminal.TIOCSCTTY, 0);
        }
        if (plan.stdout() instanceof OutputPlan.Append append) {
            append(1, append, text, memory);
        } else if (plan.stdout() instanceof OutputPlan.Fifo) {
            fifo(1, text.stdout, memory);
        } else {
            memory.row(Step.STDOUT, 0, NONE, Sysno.DUP3, aside, 1, 0);
        }
        if (plan.stderr() instanceof OutputPlan.Append append) {
            append(2, append, text, memory);
        } else if (plan.stderr() instanceof OutputPlan.Fifo) {
            fifo(2, text.stderr, memory);
        } else {
            int from = plan.stderr() instanceof OutputPlan.SameAsStdout ? 1 : aside + 1;
            memory.row(Step.STDERR, 0, NONE, Sysno.DUP3, from, 2, 0);
        }
        for (int i = 0; i < inherited.size(); i++) {
            memory.row(Step.INHERITED, i, NONE, Sysno.DUP3, aside + 2 + i, 3 + i, 0);
        }
        closeOthers(firstClosed(plan), toClose, memory);
        if (!closeRange) {
            for (int fd = aside; fd < aside + 2 + inherited.size(); fd++) {
                memory.row(Step.CLOSE, 0, ALL, Sysno.CLOSE, fd);
            }
        }
    }

    /** The descriptor that becomes stdin; -1 where something is opened for that. */
    private static int handedOn(InputPlan stdin) {
        if (stdin instanceof InputPlan.Inherit(int fd)) {
            return fd;
        }
        return stdin instanceof InputPlan.Terminal(int fd) ? fd : -1;
    }

    private static int firstClosed(ChildPlan plan) {
        return 3 + plan.inherited().size();
    }

    private static int above(int least, OutputPlan output) {
        return output instanceof OutputPlan.Inherit(int fd) ? Math.max(least, fd + 1) : least;
    }

    private static void putAside(Step step, OutputPlan output, int aside, ChildMemory memory) {
        if (output instanceof OutputPlan.Inherit(int fd)) {
            memory.row(step, 0, NONE, Sysno.DUP3, fd, aside, 0);
        }
    }

    /**
     * The descriptor is the lowest free one when it has been closed: those below it are open. A
     * guarded file is opened without waiting for the reader of a FIFO that somebody put there.
     */
    private void append(int fd, OutputPlan.Append append, ChildText text, ChildMemory memory) {
        Step open = fd == 1 ? Step.STDOUT : Step.STDERR;
        long name = memory.textAddress(fd == 1 ? text.stdout : text.stderr);
        memory.row(open, 0, ALL, Sysno.CLOSE, fd);
        if (append.guard() == TrustedPath.Guard.PATH) {
            long how = constant(OPEN_HOW);
            long bytes = Posix.OPEN_HOW_BYTES;
            memory.row(open, 0, NONE, Sysno.OPENAT2, Posix.AT_FDCWD, name, how, bytes);
        } else {
            int flags = logFlags(append.guarded());
            memory.row(open, 0, NONE, Sysno.OPENAT, Posix.AT_FDCWD, name, flags, LOG_MODE);
        }
        if (append.guarded()) {
            requireOurs(fd, memory);
            requireName(fd, append.path(), text, memory);
            int flags = OpenFlag.APPEND.bits(posix.architecture());
            memory.row(open, 0, NONE, Sysno.FCNTL, fd, Posix.F_SETFL, flags);
        }
    }

    private int logFlags(boolean guarded) {
        Architecture a = posix.architecture();
        int flags =
                OpenFlag.WRITE.bits(a)
                        | OpenFlag.CREATE.bits(a)
                        | OpenFlag.APPEND.bits(a)
                        | OpenFlag.NO_CTTY.bits(a);
        int guard = OpenFlag.NO_FOLLOW.bits(a) | OpenFlag.NONBLOCK.bits(a);
        return guarded ? flags | guard : flags;
    }

    private void requireOurs(int fd, ChildMemory memory) {
        boolean out = fd == 1;
        Architecture a = posix.architecture();
        long stat = memory.address(ChildMemory.STAT);
        memory.row(out ? Step.STDOUT : Step.STDERR, 0, NONE, Sysno.FSTAT, fd, stat);
        memory.check(out ? Step.STDOUT_TYPE : Step.STDERR_TYPE, stat + a.statMode, S_IFMT, S_IFREG);
        memory.check(
                out ? Step.STDOUT_OWNER : Step.STDERR_OWNER,
                stat + a.statOwner,
                -1,
                posix.effectiveUid());
        memory.check(out ? Step.STDOUT_LINKS : Step.STDERR_LINKS, stat + a.statLinks, -1, 1);
    }

    /**
     * Of a hard link to a file of root's, the name that we came by could be removed before its
     * names are counted, and one would be left. So after that it must not be gone: the kernel would
     * say the path with {@code (deleted)} behind it (man 5 proc). The path must end as ours does,
     * at the same place, and nothing may follow.
     */
    private void requireName(int fd, String path, ChildText text, ChildMemory memory) {
        boolean out = fd == 1;
        Step step = out ? Step.STDOUT_NAME : Step.STDERR_NAME;
        byte[] expected = path.getBytes(StandardCharsets.UTF_8);
        long link = constant(out ? STDOUT_LINK : STDERR_LINK);
        long found = memory.textAddress(out ? text.stdoutFound : text.stderrFound);
        int room = expected.length + Integer.BYTES;
        memory.row(step, 0, NONE, Sysno.READLINKAT, Posix.AT_FDCWD, link, found, room);
        int last = 0;
        int first = Math.max(0, expected.length - Integer.BYTES);
        for (int i = expected.length - 1; i >= first; i--) {
            last = last << 8 | (expected[i] & 0xff);
        }
        int mask = expected.length < Integer.BYTES ? (1 << (8 * expected.length)) - 1 : -1;
        memory.check(step, found + first, mask, last);
        memory.check(step, found + expected.length, -1, 0);
    }

    private void fifo(int fd, int path, ChildMemory memory) {
        Step open = fd == 1 ? Step.STDOUT : Step.STDERR;
        long name = memory.textAddress(path);
        int flags =
                OpenFlag.READ_WRITE.bits(posix.architecture())
                        | OpenFlag.NO_FOLLOW.bits(posix.architecture());
        memory.row(open, 0, ALL, Sysno.CLOSE, fd);
        memory.row(open, 0, NONE, Sysno.OPENAT, Posix.AT_FDCWD, name, flags, 0);
    }

    private void closeOthers(int first, int[] toClose, ChildMemory memory) {
        if (closeRange) {
            memory.row(Step.CLOSE, 0, NONE, Sysno.CLOSE_RANGE, first, HIGHEST_DESCRIPTOR, 0);
            return;
        }
        for (int fd : toClose) {
            if (fd >= first) {
                memory.row(Step.CLOSE, 0, ALL, Sysno.CLOSE, fd);
            }
        }
    }

    private static void become(User user, ChildMemory memory) {
        List<Integer> groups = user.groups();
        long list = memory.pointersAddress();
        for (int i = 0; i < groups.size(); i += 2) {
            long second = i + 1 < groups.size() ? groups.get(i + 1) : 0;
            memory.pointer(second << 32 | Integer.toUnsignedLong(groups.get(i)));
        }
        memory.row(Step.USER, 0, NONE, Sysno.SETGROUPS, groups.size(), list);
        memory.row(Step.USER, 0, NONE, Sysno.SETRESGID, user.gid(), user.gid(), user.gid());
        memory.row(Step.USER, 0, NONE, Sysno.SETRESUID, user.uid(), user.uid(), user.uid());
    }

    /**
     * As execvp(3): a file that may not be executed is worth reporting only if no later one can be.
     * So there are two rounds, and what is not allowed ends the second.
     */
    private void execute(ChildPlan plan, ChildText text, ChildMemory memory) {
        long argv = memory.pointersAddress();
        for (int offset : text.argv) {
            memory.pointer(memory.textAddress(offset));
        }
        memory.pointer(0);
        long env = memory.pointersAddress();
        int inherited = plan.inheritsEnv() ? environment.size() : 0;
        for (int i = 0; i < inherited; i++) {
            if (!plan.env().containsKey(environment.name(i))) {
                memory.pointer(constant(ENVIRONMENT + environment.start(i)));
            }
        }
        for (int offset : text.env) {
            memory.pointer(memory.textAddress(offset));
        }
        memory.pointer(0);
        int last = text.executables.length - 1;
        if (last > 0) {
            for (int i = 0; i <= last; i++) {
                executeOne(i, NOT_THERE | NOT_ALLOWED, text, argv, env, memory);
            }
            for (int i = 1; i <= last; i++) {
                executeOne(i, NOT_THERE, text, argv, env, memory);
            }
        }
        executeOne(0, 1L << Errno.ENOENT.number(), text, argv, env, memory);
        // ENOENT may be about a file that the kernel does not name: that of a script's first line,
        // or the dynamic linker. So the child looks whether its own is there, which is no work for
        // us: the mount may be dead. If it is, the last row fails as the one before did.
        long path = memory.textAddress(text.executables[0]);
        memory.row(Step.RUN, 0, NONE, Sysno.FACCESSAT, Posix.AT_FDCWD, path, 0);
        execute(Step.INTERPRETER, 0, NONE, text, argv, env, memory);
    }

    private static void executeOne(
            int index, long tolerated, ChildText text, long argv, long env, ChildMemory memory) {
        execute(Step.RUN, index, tolerated, text, argv, env, memory);
    }

    private static void execute(
            Step step,
            int index,
            long tolerated,
            ChildText text,
            long argv,
            long env,
            ChildMemory memory) {
        long path = memory.textAddress(text.executables[index]);
        memory.row(step, index, tolerated, Sysno.EXECVE, path, argv, env);
    }
}
