package taskmaster.testing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The C programs of native-tests, made when they are not there or older than their sources. */
final class NativePrograms {

    private static boolean made;

    private NativePrograms() {}

    /** Links them into {@code directory}, which is made; copies where a link is not possible. */
    static void copyTo(Path base, Path directory) throws IOException {
        make(base);
        Files.createDirectory(directory);
        try (DirectoryStream<Path> programs =
                Files.newDirectoryStream(
                        base.resolve("target/native-tests"), Files::isRegularFile)) {
            for (Path program : programs) {
                Path copy = directory.resolve(program.getFileName());
                try {
                    Files.createLink(copy, program);
                } catch (IOException | UnsupportedOperationException e) {
                    Files.copy(program, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static synchronized void make(Path base) throws IOException {
        if (made) {
            return;
        }
        DaemonHarness.Output output =
                Commands.run(
                        Map.of(),
                        Duration.ofMinutes(2),
                        "make",
                        "-s",
                        "-C",
                        base.resolve("native-tests").toString());
        if (output.exit() != 0) {
            throw new AssertionError("make -C native-tests: " + output.out() + output.err());
        }
        made = true;
    }
}
