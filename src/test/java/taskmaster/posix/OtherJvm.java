package taskmaster.posix;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import taskmaster.testing.Procfs;

/**
 * Scenarios that change the whole process, so they have one of their own; they print what they saw.
 */
final class OtherJvm {

    private static final Posix POSIX = Posix.open();

    /** URG, which nobody minds. */
    private static final Signal HARMLESS = new Signal(23);

    /** Beyond the highest pid of Linux. */
    private static final int NOBODY = 5_000_000;

    private OtherJvm() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "become" -> become();
            case "unprivileged" -> unprivileged();
            case "spawn" -> spawn(Integer.parseInt(args[1]));
            case "process" -> process();
            case "subreaper" -> subreaper();
            case "report" -> report(args[1], args[2]);
            case "sockets" -> sockets(args[1], args[2]);
            case "groups" -> groups(args[1], Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** Ids of every thread, one of them blocked in a read. */
    private static void become() throws Exception {
        int[] pipe = POSIX.pipe();
        Thread reader = new Thread(() -> readQuietly(pipe[0]));
        reader.setDaemon(true);
        reader.start();
        int parent = (int) ProcessHandle.current().parent().orElseThrow().pid();
        // Classes are loaded while they can be read, wherever they are.
        tryTo("rehearsal", () -> POSIX.kill(NOBODY, HARMLESS));
        long self = ProcessHandle.current().pid();
        Procfs.ofThreads(self, "status");
        POSIX.becomeUser(Users.byName("www-data").orElseThrow());
        for (String status : Procfs.ofThreads(self, "status")) {
            StringBuilder ids = new StringBuilder("ids");
            for (String line : status.lines().toList()) {
                if (line.startsWith("Uid:")
                        || line.startsWith("Gid:")
                        || line.startsWith("Groups:")
                        || line.startsWith("CapEff:")) {
                    ids.append(' ').append(line.strip().replaceAll("\\s+", " "));
                }
            }
            System.out.println(ids);
        }
        tryTo("back", () -> POSIX.becomeUser(new User("root", 0, 0, List.of(0))));
        tryTo("parent", () -> POSIX.kill(parent, HARMLESS));
        tryTo("group", () -> POSIX.killGroup(parent, HARMLESS));
        System.out.println("euid " + POSIX.effectiveUid());
    }

    /** As somebody who may not. */
    private static void sockets(String directory, String socket) throws Exception {
        Path rehearsal = Path.of(directory, "rehearsal");
        int fd = UnixSocket.open();
        UnixSocket.bind(fd, rehearsal.toString());
        tryTo("rehearsal", () -> UnixSocket.connect(fd, directory + "/none"));
        int other = UnixSocket.open();
        POSIX.becomeUser(Users.byName("www-data").orElseThrow());
        tryTo("bind", () -> UnixSocket.bind(other, directory + "/mine"));
        tryTo("connect", () -> UnixSocket.connect(other, socket));
    }

    /** Connects with so many groups, and stays until its input ends. */
    private static void groups(String socket, int count) throws Exception {
        List<Integer> many = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            many.add(100_000 + i);
        }
        int fd = UnixSocket.open();
        POSIX.becomeUser(new User("stranger", 33, 34, many));
        UnixSocket.connect(fd, socket);
        while (System.in.read() >= 0) {
            // What is written does not matter.
        }
    }

    private static void readQuietly(int fd) {
        try {
            POSIX.read(fd, new byte[1]);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    private interface Attempt {
        void make() throws ErrnoException;
    }

    private static void tryTo(String what, Attempt attempt) {
        try {
            attempt.make();
            System.out.println(what + ": done");
        } catch (ErrnoException e) {
            System.out.println(what + ": " + e.getMessage());
        }
    }

    private static void unprivileged() throws Exception {
        User nobody = Users.byName("nobody").orElseThrow();
        Limits files = POSIX.limit(Resource.NOFILE);
        Limits more = new Limits(files.soft(), files.hard() + 1);
        BaseEnvironment environment = BaseEnvironment.read(Set.of());
        // Classes are loaded while they can be read, wherever they are.
        Spawner early = Spawner.create(POSIX, environment, Map.of());
        start(early, Spawning.plan("/no/such/rehearsal"));
        tryTo("rehearsal", () -> POSIX.kill(NOBODY, HARMLESS));
        POSIX.becomeUser(nobody);
        tryTo("raise", () -> POSIX.setLimit(Resource.NOFILE, more));
        Spawner spawner = Spawner.create(POSIX, environment, Map.of());
        start(spawner, Spawning.plan("/bin/true").user(nobody));
        start(
                Spawner.create(POSIX, environment, Map.of(Resource.NOFILE, more)),
                Spawning.plan("/bin/true"));
        start(spawner, Spawning.plan("/bin/true"));
        start(
                new Spawner(POSIX, new ChildScript(POSIX, environment, Map.of(), false)),
                Spawning.plan("/bin/true"));
        POSIX.setLimit(Resource.NPROC, new Limits(0, 0));
        tryTo("spawn", () -> spawner.spawn(Spawning.plan("/bin/true").build()));
    }

    private static void start(Spawner spawner, Spawning.Plan plan) throws ErrnoException {
        Outcome outcome = Spawning.start(spawner, plan);
        System.out.println(
                outcome instanceof Outcome.Failed(SpawnFailure failure)
                        ? failure.describe()
                        : outcome.toString());
    }

    private static void spawn(int count) throws Exception {
        Spawner spawner = Spawner.create(POSIX, BaseEnvironment.read(Set.of()), Map.of());
        ChildPlan plan = Spawning.plan("/bin/true").build();
        spawnMany(spawner, plan, count / 4);
        int descriptors = new File("/proc/self/fd").list().length;
        long resident = resident();
        long start = System.nanoTime();
        spawnMany(spawner, plan, count);
        long micros = (System.nanoTime() - start) / 1000 / count;
        System.out.println(
                "descriptors +" + (new File("/proc/self/fd").list().length - descriptors));
        System.out.println("resident +" + (resident() - resident) + " KiB");
        System.out.println(micros + " us each");
    }

    private static void spawnMany(Spawner spawner, ChildPlan plan, int count)
            throws ErrnoException {
        for (int i = 0; i < count; i++) {
            Child child = spawner.spawn(plan);
            if (!child.await(Duration.ofSeconds(60)).equals(new Outcome.Executed())) {
                throw new AssertionError(child.outcome());
            }
            POSIX.children().awaitExit();
            POSIX.children().reap(child.pid());
        }
    }

    private static long resident() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no VmRSS");
    }

    private static void process() throws Exception {
        POSIX.changeDirectory("/usr");
        System.out.println("directory " + Files.readSymbolicLink(Path.of("/proc/self/cwd")));
        tryTo("directory", () -> POSIX.changeDirectory("/no/such"));
        int before = POSIX.umask(077);
        System.out.println("umask " + POSIX.umask(before));
        Limits limits = POSIX.limit(Resource.NOFILE);
        POSIX.setLimit(Resource.NOFILE, new Limits(500, limits.hard()));
        System.out.println("nofile " + POSIX.limit(Resource.NOFILE).soft());
        tryTo("wait", POSIX.children()::awaitExit);
        System.out.println("peek " + POSIX.children().peekChange());
        int out = POSIX.open("/dev/null", 0, OpenFlag.WRITE);
        POSIX.redirect(1, 100);
        POSIX.redirect(out, 1);
        System.out.println("lost");
        POSIX.redirect(100, 1);
        System.out.println("found");
    }

    private static void subreaper() throws Exception {
        POSIX.becomeSubreaper();
        Spawner spawner = Spawner.create(POSIX, BaseEnvironment.read(Set.of()), Map.of());
        Child child = spawner.spawn(Spawning.plan("/bin/sh", "-c", "(exit 5) & exit 0").build());
        for (int i = 0; i < 2; i++) {
            ChildExit exit = POSIX.children().awaitExit().orElseThrow();
            POSIX.children().reap(exit.pid());
            boolean own = exit.pid() == child.pid();
            System.out.println((own ? "own " : "adopted ") + exit.status().describe());
        }
    }

    private static void report(String reporter, String into) throws Exception {
        Spawner spawner = Spawner.create(POSIX, BaseEnvironment.read(Set.of()), Map.of());
        Spawning.run(spawner, Spawning.plan(reporter).stdout(Path.of(into)));
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                System.out.println(line);
            }
        }
    }
}
