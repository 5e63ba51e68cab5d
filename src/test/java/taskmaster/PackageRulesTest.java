package taskmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. The table below is the design: an arrow that is not in it does not land. What
 * is looked at are the compiled classes, by jdeps, so a full name in the middle of a line counts
 * too.
 */
final class PackageRulesTest {

    /** Which classes of a package may be used. */
    private record May(String target, Set<String> only) {
        static May all(String target) {
            return new May(target, Set.of());
        }

        static May only(String target, String... classes) {
            return new May(target, Set.of(classes));
        }

        boolean covers(String packageName, String className) {
            return packageName.equals(target) && (only.isEmpty() || only.contains(className));
        }
    }

    /** The values of posix: what a thing of the kernel is called, but no way to ask the kernel. */
    private static final May POSIX_VALUES =
            May.only(
                    "posix",
                    "Signal",
                    "WaitStatus",
                    "Errno",
                    "ErrnoException",
                    "SpawnFailure",
                    "User",
                    "Login");

    /** Every package, and all that it may use of ours. */
    private static final Map<String, List<May>> TABLE =
            Map.ofEntries(
                    Map.entry(
                            "daemon",
                            List.of(
                                    May.all("server"),
                                    May.all("supervisor"),
                                    May.all("output"),
                                    May.all("lifecycle"),
                                    May.all("config"),
                                    May.all("protocol"),
                                    May.all("activity"),
                                    May.all("toml"),
                                    May.all("json"),
                                    May.all("posix"))),
                    Map.entry(
                            "ctl",
                            List.of(
                                    May.all("protocol"),
                                    May.all("json"),
                                    May.all("config"),
                                    May.all("toml"),
                                    May.all("line"),
                                    May.all("posix"))),
                    Map.entry("line", List.of(May.all("posix"))),
                    Map.entry(
                            "server",
                            List.of(
                                    May.all("protocol"),
                                    May.all("json"),
                                    May.all("activity"),
                                    May.all("posix"))),
                    Map.entry(
                            "supervisor",
                            List.of(
                                    May.all("protocol"),
                                    May.all("json"),
                                    May.all("lifecycle"),
                                    May.all("output"),
                                    May.all("procfs"),
                                    May.all("config"),
                                    May.all("activity"),
                                    May.all("posix"))),
                    Map.entry("output", List.of(May.all("posix"))),
                    Map.entry("procfs", List.of(May.all("posix"))),
                    Map.entry("lifecycle", List.of(May.all("config"), POSIX_VALUES)),
                    Map.entry(
                            "config",
                            List.of(
                                    May.all("toml"),
                                    POSIX_VALUES,
                                    May.only("posix", "TrustedPath"))),
                    Map.entry("protocol", List.of(May.all("json"))),
                    Map.entry("activity", List.of()),
                    Map.entry("toml", List.of()),
                    Map.entry("json", List.of()),
                    Map.entry("posix", List.of()));

    /** What the pure core must not touch: the outside world and the time. */
    private static final List<String> NOT_IN_LIFECYCLE =
            List.of(
                    "java.io.",
                    "java.nio.channels.",
                    "java.nio.file.Files",
                    "java.net.",
                    "java.lang.Thread",
                    "java.lang.Process",
                    "java.util.Timer",
                    "java.util.concurrent.",
                    "java.lang.foreign.");

    /** A use of one class by another, names in full. */
    private record Arrow(String from, String to) {
        String fromRoom() {
            return room(from);
        }

        String toRoom() {
            return room(to);
        }

        private static String room(String className) {
            String[] parts = className.split("\\.", -1);
            return parts.length > 2 && parts[0].equals("taskmaster") ? parts[1] : "";
        }

        /** Without package and nested classes: {@code Signal}. */
        String toTopLevel() {
            String simple = to.substring(to.lastIndexOf('.') + 1);
            int dollar = simple.indexOf('$');
            return dollar < 0 ? simple : simple.substring(0, dollar);
        }

        @Override
        public String toString() {
            return from + " -> " + to;
        }
    }

    private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
    private static final Path CLASSES = BASE.resolve("target/classes");
    private static List<Arrow> arrows = List.of();

    @BeforeAll
    static void lookAtEveryClass() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                ToolProvider.findFirst("jdeps")
                        .orElseThrow()
                        .run(
                                new PrintWriter(out),
                                new PrintWriter(err),
                                "--ignore-missing-deps",
                                "--multi-release",
                                "base",
                                "-verbose:class",
                                "-filter:none",
                                CLASSES.toString());
        assertEquals(0, status, () -> "jdeps: " + out + err);
        arrows = read(out.toString());
        assertTrue(arrows.size() > 50, () -> "jdeps says too little: " + out);
    }

    /** An arrow is {@code from -> to module}; other lines are about modules and packages. */
    private static List<Arrow> read(String text) {
        List<Arrow> found = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 2 && words[1].equals("->") && words[0].startsWith("taskmaster.")) {
                found.add(new Arrow(words[0], words[2]));
            }
        }
        return found;
    }

    private static void assertNone(List<String> violations) {
        assertTrue(violations.isEmpty(), () -> String.join("\n", violations));
    }

    @Test
    void everyPackageIsInTheTable() {
        Set<String> rooms = new TreeSet<>();
        for (Arrow arrow : arrows) {
            rooms.add(arrow.fromRoom());
        }
        rooms.removeAll(TABLE.keySet());
        assertEquals(Set.of(), rooms, "not in the table of this test");
    }

    @Test
    void everyPackageOfTheTableExists() throws Exception {
        Set<String> missing = new LinkedHashSet<>();
        for (String room : TABLE.keySet()) {
            if (!Files.isDirectory(CLASSES.resolve("taskmaster").resolve(room))) {
                missing.add(room);
            }
        }
        assertEquals(Set.of(), missing);
    }

    @Test
    void arrowsPointOnlyWhereTheTableSays() {
        List<String> violations = new ArrayList<>();
        for (Arrow arrow : arrows) {
            String from = arrow.fromRoom();
            String to = arrow.toRoom();
            if (to.isEmpty() || from.equals(to)) {
                continue;
            }
            boolean covered = false;
            for (May may : TABLE.getOrDefault(from, List.of())) {
                covered |= may.covers(to, arrow.toTopLevel());
            }
            if (!covered) {
                violations.add(arrow.toString());
            }
        }
        assertNone(violations);
    }

    @Test
    void theTableHasNoCircle() {
        for (String room : TABLE.keySet()) {
            Set<String> reached = new TreeSet<>();
            collect(room, reached);
            assertFalse(reached.contains(room), () -> room + " reaches itself by " + reached);
        }
    }

    private static void collect(String room, Set<String> reached) {
        for (May may : TABLE.getOrDefault(room, List.of())) {
            if (reached.add(may.target())) {
                collect(may.target(), reached);
            }
        }
    }

    @Test
    void onlyPosixCallsNativeCode() {
        List<String> violations = new ArrayList<>();
        for (Arrow arrow : arrows) {
            if (arrow.to().startsWith("java.lang.foreign.") && !arrow.fromRoom().equals("posix")) {
                violations.add(arrow.toString());
            }
        }
        assertNone(violations);
    }

    /**
     * A second one to wait for children would steal ours. The client has none, and runs what jobs
     * -x is given.
     */
    @Test
    void nothingStartsProcessesBehindTheSupervisor() {
        List<String> violations = new ArrayList<>();
        for (Arrow arrow : arrows) {
            boolean starts =
                    arrow.to().equals("java.lang.ProcessBuilder")
                            || arrow.to().equals("java.lang.Process");
            if (starts && !arrow.fromRoom().equals("ctl")) {
                violations.add(arrow.toString());
            }
        }
        violations.addAll(callsIn("", "java/lang/Runtime.exec:"));
        assertNone(violations);
    }

    @Test
    void theCoreTouchesNeitherTheWorldNorTheTime() {
        List<String> violations = new ArrayList<>();
        for (Arrow arrow : arrows) {
            if (!arrow.fromRoom().equals("lifecycle")) {
                continue;
            }
            for (String forbidden : NOT_IN_LIFECYCLE) {
                if (arrow.to().startsWith(forbidden)) {
                    violations.add(arrow.toString());
                }
            }
        }
        violations.addAll(
                callsIn(
                        "lifecycle",
                        "java/lang/System.nanoTime:",
                        "java/lang/System.currentTimeMillis:",
                        "java/time/Instant.now:",
                        "java/time/Clock.",
                        "java/time/LocalDateTime.now:"));
        assertNone(violations);
    }

    @Test
    void nothingIsNeededButTheBaseModule() {
        List<String> violations = new ArrayList<>();
        for (Arrow arrow : arrows) {
            boolean ours = arrow.to().startsWith("taskmaster.");
            boolean base =
                    ModuleLayer.boot()
                            .findModule("java.base")
                            .orElseThrow()
                            .getPackages()
                            .contains(packageOf(arrow.to()));
            if (!ours && !base) {
                violations.add(arrow.toString());
            }
        }
        assertNone(violations);
    }

    private static String packageOf(String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    /**
     * The calls of methods whose name in a class file begins so, by javap, in one package or in
     * all.
     */
    private static List<String> callsIn(String room, String... beginnings) {
        List<String> arguments = new ArrayList<>(List.of("-p", "-c"));
        try (var files = Files.walk(CLASSES.resolve("taskmaster").resolve(room))) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .forEach(file -> arguments.add(file.toString()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        StringWriter out = new StringWriter();
        PrintWriter print = new PrintWriter(out);
        int status =
                ToolProvider.findFirst("javap")
                        .orElseThrow()
                        .run(print, print, arguments.toArray(new String[0]));
        assertEquals(0, status, out::toString);
        List<String> found = new ArrayList<>();
        String inClass = "";
        for (String line : out.toString().lines().toList()) {
            if (line.startsWith("Compiled from")) {
                inClass = line;
            }
            for (String beginning : beginnings) {
                if (line.contains("// Method " + beginning)) {
                    found.add(inClass + ": " + line.strip());
                }
            }
        }
        return found;
    }
}
