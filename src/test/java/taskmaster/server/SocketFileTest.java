package taskmaster.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.UnixSocket;

@Timeout(120)
final class SocketFileTest {

    private static final int STRANGER = 54321;
    private static final String VERSION = "{\"command\":\"version\"}\n";
    private static final Posix POSIX = Posix.open();

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(ints = {0700, 0600, 0770, 0777, 0, 0466})
    void neverHasMorePermissionsThanConfigured(int mode) throws IOException {
        Path file = directory.resolve("x.sock");
        Files.setAttribute(directory, "unix:mode", 01777);
        for (int umask : new int[] {0, 022, 0777}) {
            int before = POSIX.umask(umask);
            try {
                SocketFile socket = SocketFile.make(POSIX, TestServer.endpoint(file, mode));
                int born = mode(file);
                assertEquals(0, born & ~(mode & 0700), Integer.toOctalString(born));
                socket.giveAway();
                assertEquals(mode, mode(file));
                socket.close();
            } finally {
                assertEquals(umask, POSIX.umask(before), "the mask is as it was");
            }
        }
    }

    @Test
    void belongsToWhomTheConfigurationSays() throws IOException {
        Assumptions.assumeTrue(TestServer.self() == 0, "only root may give files away");
        Path file = directory.resolve("x.sock");
        var endpoint = new Endpoint(file, 0770, STRANGER, STRANGER + 1, 0);
        SocketFile socket = SocketFile.make(POSIX, endpoint);
        int probe = UnixSocket.open();
        assertEquals(0, mode(file), "closed to all until it has its owner");
        assertThrows(
                ErrnoException.class,
                () -> UnixSocket.connect(probe, file.toString()),
                "and nobody listens");
        POSIX.close(probe);
        socket.giveAway();
        assertEquals(STRANGER, Files.getAttribute(file, "unix:uid"));
        assertEquals(STRANGER + 1, Files.getAttribute(file, "unix:gid"));
        assertEquals(0770, mode(file));
        socket.close();
        assertFalse(Files.exists(file));
    }

    /** As the new owner of a socket in /tmp may do, before its mode is set. */
    @Test
    void changesOnlyItsOwnFileWhenTheNameMeansAnotherOne() throws IOException {
        Assumptions.assumeTrue(TestServer.self() == 0, "only root may give files away");
        Path file = directory.resolve("x.sock");
        Path precious = Files.writeString(directory.resolve("precious"), "x");
        Files.setAttribute(precious, "unix:mode", 0600);
        var endpoint = new Endpoint(file, 0777, STRANGER, STRANGER, 0);
        SocketFile socket = SocketFile.make(POSIX, endpoint);
        Files.move(file, directory.resolve("moved"));
        Files.createSymbolicLink(file, precious);
        assertThrows(IOException.class, socket::giveAway);
        Files.delete(file);
        Files.createLink(file, precious);
        var e = assertThrows(IOException.class, socket::giveAway);
        assertTrue(e.getMessage().contains("somebody has replaced it"), e.getMessage());
        assertEquals(0600, mode(precious));
        assertEquals(0, Files.getAttribute(precious, "unix:uid"));
        socket.close();
        assertTrue(Files.exists(file), "not ours to remove");
    }

    @Test
    void comesBackWhenItIsLookedForAndWasRemoved() throws Exception {
        try (var server = new TestServer()) {
            try (var early = server.connect()) {
                Files.delete(server.file);
                server.server.renewFile();
                String report = server.takeError().getMessage();
                assertEquals("socket \"" + server.file + "\" was gone; it is there again", report);
                try (var late = server.connect()) {
                    assertTrue(late.send(VERSION).line().startsWith("{\"status\":200,"));
                    server.server.renewFile();
                    assertTrue(late.send(VERSION).line().startsWith("{\"status\":200,"));
                }
                assertTrue(early.send(VERSION).line().startsWith("{\"status\":200,"));
            }
        }
    }

    @Test
    void doesNotTakeThePlaceOfWhatIsThereInstead() throws Exception {
        try (var server = new TestServer()) {
            Files.delete(server.file);
            Files.writeString(server.file, "precious");
            server.server.renewFile();
            String report = server.takeError().getMessage();
            assertTrue(report.contains("it exists and is not a socket"), report);
            assertEquals("precious", Files.readString(server.file));
        }
    }

    @Test
    void replacesASocketThatNobodyAnswersOn() throws IOException {
        Path file = directory.resolve("x.sock");
        abandonedSocket(file);
        try (var _ = bind(file);
                var client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
            assertTrue(client.isConnected());
        }
        assertFalse(Files.exists(file));
    }

    @Test
    void refusesASocketThatIsInUseAndLeavesItAlone() throws IOException {
        Path file = directory.resolve("x.sock");
        try (var _ = bind(file)) {
            assertMessage(file, "another program already listens on \"" + file + "\"");
            try (var client = SocketChannel.open(UnixDomainSocketAddress.of(file))) {
                assertTrue(client.isConnected());
            }
        }
    }

    @Test
    void doesNotWaitForAListenerWhoseQueueIsFull() throws IOException {
        Path file = directory.resolve("x.sock");
        List<SocketChannel> clients = new ArrayList<>();
        try (var stopped = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stopped.bind(UnixDomainSocketAddress.of(file), 1);
            assertThrows(
                    SocketException.class,
                    () -> {
                        while (true) {
                            var client = SocketChannel.open(StandardProtocolFamily.UNIX);
                            clients.add(client);
                            client.configureBlocking(false);
                            boolean _ = client.connect(UnixDomainSocketAddress.of(file));
                        }
                    });
            assertMessage(file, "another program already listens on \"" + file + "\"");
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void leavesAloneWhatIsNotASocket() throws IOException {
        Path file = Files.writeString(directory.resolve("x.sock"), "precious");
        assertMessage(file, "it exists and is not a socket");
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void doesNotFollowASymbolicLink() throws IOException {
        Path target = directory.resolve("target.sock");
        abandonedSocket(target);
        Path link = Files.createSymbolicLink(directory.resolve("x.sock"), target);
        assertMessage(link, "it exists and is not a socket");
        assertTrue(Files.exists(target));
    }

    @Test
    void refusesAStrangersSocketWhereEveryoneMayWrite() throws IOException {
        Path file = directory.resolve("x.sock");
        abandonedSocket(file);
        Files.setAttribute(directory, "unix:mode", 01777);
        var asSomebodyElse = new Endpoint(file, 0700, STRANGER, STRANGER, STRANGER);
        var e =
                assertThrows(
                        IOException.class, () -> SocketFile.bind(POSIX, asSomebodyElse).close());
        assertTrue(e.getMessage().contains("left a socket there"), e.getMessage());
        assertTrue(Files.exists(file));
    }

    @Test
    void doesNotChangeAModeWhereEveryoneMaySwapTheFile() throws IOException {
        Path file = directory.resolve("x.sock");
        Files.setAttribute(directory, "unix:mode", 0777);
        var e =
                assertThrows(
                        IOException.class,
                        () -> SocketFile.bind(POSIX, TestServer.endpoint(file, 0770)));
        assertTrue(e.getMessage().contains("set the sticky bit"), e.getMessage());
        assertFalse(Files.exists(file), "nothing is left behind");
    }

    @Test
    void doesNotChangeAModeWhereTheDirectorysOwnerMaySwapTheFile() throws IOException {
        Path file = directory.resolve("x.sock");
        Assumptions.assumeTrue(
                Files.getAttribute(directory, "unix:uid").equals(0), "needs root: gives it away");
        Files.setAttribute(directory, "unix:uid", STRANGER);
        var e =
                assertThrows(
                        IOException.class,
                        () -> SocketFile.bind(POSIX, TestServer.endpoint(file, 0770)));
        assertTrue(e.getMessage().contains("belongs to user " + STRANGER), e.getMessage());
        assertFalse(Files.exists(file), "nothing is left behind");
    }

    @Test
    void doesNotChangeAModeWhereAGroupMaySwapTheFile() throws IOException {
        Path file = directory.resolve("x.sock");
        Assumptions.assumeTrue(
                Files.getAttribute(directory, "unix:uid").equals(0), "needs root: gives it away");
        Files.setAttribute(directory, "unix:gid", STRANGER);
        Files.setAttribute(directory, "unix:mode", 0770);
        var e =
                assertThrows(
                        IOException.class,
                        () -> SocketFile.bind(POSIX, TestServer.endpoint(file, 0770)));
        assertTrue(e.getMessage().contains("group " + STRANGER), e.getMessage());
        Files.setAttribute(directory, "unix:mode", 01770);
        SocketFile.bind(POSIX, TestServer.endpoint(file, 0770)).close();
    }

    @Test
    void saysThatThePathIsTooLong() throws IOException {
        int room = SocketFile.MAX_PATH - directory.toString().length() - 1;
        Path longest = directory.resolve("x".repeat(room));
        bind(longest).close();
        Path tooLong = directory.resolve("x".repeat(room + 1));
        assertMessage(tooLong, "the path has 107 bytes, and that of a socket may have 106");
    }

    @Test
    void saysThatTheDirectoryIsMissing() throws IOException {
        Path file = directory.resolve("missing/x.sock");
        assertMessage(file, "there is no directory \"" + directory.resolve("missing") + "\"");
    }

    @Test
    void removesItsFileOnlyWhileItIsItsOwn() throws IOException {
        Path file = directory.resolve("x.sock");
        var first = bind(file);
        Files.delete(file);
        try (var _ = bind(file)) {
            first.close();
            assertTrue(Files.exists(file), "the file of the second is still there");
        }
        assertFalse(Files.exists(file));
    }

    private static void abandonedSocket(Path file) throws IOException {
        try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(file));
        }
    }

    private static ControlServer bind(Path file) throws IOException {
        return ControlServer.bind(POSIX, TestServer.endpoint(file, 0700), SocketFileTest::fail);
    }

    private static void assertMessage(Path file, String part) {
        var e = assertThrows(IOException.class, () -> bind(file).close());
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    private static int mode(Path file) {
        try {
            return (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0777;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void fail(Throwable e) {
        throw new AssertionError(e);
    }
}
