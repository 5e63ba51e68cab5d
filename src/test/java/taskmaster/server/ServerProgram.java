package taskmaster.server;

import java.io.IOException;
import java.nio.file.Path;

/** A server as a program of its own, which a test can limit; ends with its input. */
final class ServerProgram {

    private ServerProgram() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        try (var port = new StubPort();
                var server =
                        ControlServer.bind(
                                TestServer.POSIX,
                                TestServer.endpoint(file, 0700),
                                e -> System.out.println(e.getMessage()))) {
            server.start(port, TestServer.OPEN, (level, line) -> {});
            System.out.println("ready");
            while (System.in.read() >= 0) {
                // What is written does not matter.
            }
        }
    }
}
