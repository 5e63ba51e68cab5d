package taskmaster.posix;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs that the tests need: compilers, and JVMs of their own. */
final class Commands {

    static final Path NATIVE_TESTS =
            Path.of(System.getProperty("project.basedir", "."), "native-tests").toAbsolutePath();

    private Commands() {}

    /** What a command printed, both streams; it must end well, within minutes. */
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(180, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(command + " failed:\n" + text);
        }
        return text;
    }

    static boolean exists(String program) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    static void requireGcc() {
        if (!exists("gcc")) {
            throw new AssertionError("these tests need gcc: apt-get install gcc libc6-dev");
        }
    }

    /** For what only root can try: others hear of it, and the test is skipped. */
    static void needsRoot() {
        boolean root = Posix.open().effectiveUid() == 0;
        if (!root) {
            System.err.println("NOT TESTED, for want of root: " + caller());
        }
        Assumptions.assumeTrue(root, "this test needs root");
    }

    private static StackTraceElement caller() {
        return new Throwable().getStackTrace()[2];
    }

    /** A directory that every user may enter, which a temporary one of JUnit's is not. */
    static Path openDirectory(Path parent, String name) throws IOException {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path directory = Files.createDirectories(parent.resolve(name));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    /** A program of native-tests, statically linked. */
    static Path compile(String name, Path into) throws IOException, InterruptedException {
        requireGcc();
        Path program = into.resolve(name);
        String source = NATIVE_TESTS.resolve(name + ".c").toString();
        output(List.of("gcc", "-O1", "-static", "-o", program.toString(), source));
        return program;
    }

    /** What a scenario of {@link OtherJvm} printed. */
    static String otherJvm(String scenario, String... arguments)
            throws IOException, InterruptedException {
        return output(jvm(List.of(), scenario, arguments));
    }

    /** A scenario that goes on while the test does something. */
    static Process startOtherJvm(String scenario, String... arguments) throws IOException {
        return new ProcessBuilder(jvm(List.of(), scenario, arguments))
                .redirectErrorStream(true)
                .start();
    }

    /**
     * As {@link #otherJvm}, from a shell that ignores signals and has a variable that is not UTF-8.
     */
    static String otherJvmOfACarelessShell(String scenario, String... arguments)
            throws IOException, InterruptedException {
        String careless = "trap '' HUP INT PIPE TERM USR1; ODD=$(printf '\\377') exec \"$@\"";
        return output(jvm(List.of("/bin/sh", "-c", careless, "sh"), scenario, arguments));
    }

    private static List<String> jvm(List<String> before, String scenario, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms32m", "-Xmx32m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-MaxFDLimit"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(OtherJvm.class.getName());
        command.add(scenario);
        command.addAll(List.of(arguments));
        return command;
    }
}
