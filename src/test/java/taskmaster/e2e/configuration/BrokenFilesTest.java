package taskmaster.e2e.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import taskmaster.e2e.Footprint;
import taskmaster.e2e.Processes;
import taskmaster.e2e.Programs;
import taskmaster.e2e.Replies;
import taskmaster.e2e.Script;
import taskmaster.json.Json;
import taskmaster.testing.Connection;
import taskmaster.testing.DaemonHarness;

/** A daemon whose file becomes unusable keeps what it runs, and says where the problem is. */
final class BrokenFilesTest {

    private static DaemonHarness daemon;
    private static Footprint footprint;

    private long worker;
    private String good;

    @BeforeAll
    static void start() throws IOException {
        daemon = DaemonHarness.start(Programs.WORKER);
        daemon.awaitState("worker", "RUNNING");
        daemon.ctl("reload");
        footprint = Footprint.of(daemon);
    }

    @AfterAll
    static void end() throws IOException {
        daemon.close();
    }

    @BeforeEach
    void remember() throws IOException {
        worker = daemon.status("worker").pid();
        good = Files.readString(daemon.config());
    }

    @AfterEach
    void nothingHasChanged() throws IOException {
        assertEquals(1, daemon.status().size());
        assertEquals(worker, daemon.status("worker").pid());
        // In one step: a half of it would be a good file, too.
        Path whole = Files.writeString(daemon.file("whole"), good);
        Files.deleteIfExists(daemon.config());
        Files.move(whole, daemon.config());
        assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));
        assertEquals(worker, daemon.status("worker").pid());
        footprint.awaitBack(daemon);
        Processes.assertExactlyTheseRun(daemon);
    }

    /** Line 15 is the first after the good file. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[programs.b                                                  | 15:12: ",
                "[programs.b]\\ncommand = \"sleep                             | 16:11: ",
                "[programs.worker]\\ncommand = \"sleep\"                      | 15:11: ",
                "[programs.b]\\ncommand = \"sleep\"\\nnope = 1                | 17:1: ",
                "[programs.b]\\ncommand = \"sl\\0eep\"                        | 16:14: ",
                "[programs.b]\\ncommand = \"sl\\u0000eep\"                    | 16:11: ",
                "[programs.b]\\ncommand = \"sleep\"\\nuser = \"nobody-at-all\" | 17:8: ",
                "[programs.b]\\ncommand = \"sleep\"\\nnumprocs = 999999999    | 17:12: ",
                "[include]\\nfiles = [1]                                      | 16:10: ",
                "[groups.g]\\nprograms = [\"none\"]                           | 16:13: ",
            })
    void isToldWhere(String text, String where) throws IOException {
        String said = "taskmaster.conf.toml:" + where.strip();
        daemon.awaitLogged();
        int before = (int) Processes.count(daemon, said);
        String more = text.strip().replace("\\n", "\n").replace("\\0", "\0");
        Files.writeString(daemon.config(), good + more + "\n");
        DaemonHarness.Output output = daemon.ctl("reload");
        assertEquals(1, output.exit(), output::toString);
        assertTrue(output.err().contains(said), output.err());
        Script.assertNoTrace(output);
        DaemonHarness.signal(daemon.pid(), "HUP");
        daemon.awaitActivity(said, before + 2);
    }

    @Test
    void tenMegabytesAreTooMuch() throws IOException {
        StringBuilder text = new StringBuilder(good);
        while (text.length() < 10 << 20) {
            text.append("# ").append("x".repeat(1000)).append('\n');
        }
        Files.writeString(daemon.config(), text);
        isRefused("taskmaster.conf.toml");
    }

    @Test
    void whatIsNotUtf8IsNamed() throws IOException {
        byte[] text = (good + "# caf\u00e9\n").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(daemon.config(), text);
        isRefused("taskmaster.conf.toml:15:6: ");
    }

    /** Root may read anything; but not what others may write, nor what is no file. */
    @Test
    void whatCannotBeTrustedOrReadIsNotUsed() throws IOException {
        Path config = daemon.config();
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-rw-"));
        isRefused("taskmaster.conf.toml");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(config);
        isRefused("taskmaster.conf.toml");
        Files.createDirectory(config);
        isRefused("taskmaster.conf.toml");
        Files.delete(config);
        Files.createSymbolicLink(config, config.getFileName());
        isRefused("taskmaster.conf.toml");
        Files.delete(config);
        // Nobody writes to it: whoever waited for that would wait for ever.
        Processes.run("mkfifo", config.toString());
        isRefused("taskmaster.conf.toml");
    }

    /** By the daemon's own words: ctl reads the same file, and says the same before it asks. */
    private static void isRefused(String said) throws IOException {
        try (Connection client = daemon.connect()) {
            Json.Obj reply = client.request("{\"command\":\"reload\"}");
            assertEquals(400, Replies.status(reply), reply::toString);
            assertTrue(reply.toString().contains(said), reply::toString);
        }
    }

    /** A file that includes itself, or two that include each other, are read once each. */
    @Test
    void includesThatGoInACircleEnd() throws IOException {
        String include = "[include]\nfiles = [\"*.toml\", \"taskmaster.conf.toml\"]\n";
        Path other = daemon.file("other.toml");
        Files.writeString(daemon.config(), good + include);
        assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));
        Files.writeString(other, include);
        try {
            isRefused("other.toml:1:");
        } finally {
            Files.delete(other);
        }
    }

    /** Windows has had it in its hands: that is no problem. */
    @Test
    void aByteOrderMarkAndCarriageReturnsAreRead() throws IOException {
        Files.writeString(daemon.config(), good.replace("\n", "\r\n"));
        assertEquals(200, Replies.ask(daemon, "{\"command\":\"reload\"}"));
        Files.writeString(daemon.config(), "\ufeff" + good);
        DaemonHarness.Output output = daemon.ctl("reload");
        assertEquals(0, output.exit(), output::toString);
    }
}
