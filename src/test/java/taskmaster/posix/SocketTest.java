package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Sockets with names: how they are made, what is done on them, and who is at the other end. */
@Timeout(180)
class SocketTest {

    private final Posix posix = Posix.open();
    private SocketIo io;
    private int listener;
    private Path file;

    @TempDir Path temporary;

    @BeforeEach
    void listen() throws Exception {
        io = SocketIo.open();
        file = temporary.resolve("ü.sock");
        listener = UnixSocket.open();
        UnixSocket.bind(listener, file.toString());
        UnixSocket.listen(listener, 8);
    }

    @AfterEach
    void close() throws Exception {
        io.close(listener);
        io.close();
    }

    private SocketChannel connect() throws Exception {
        return SocketChannel.open(UnixDomainSocketAddress.of(file));
    }

    private static void assertFails(Errno errno, Executable action) {
        assertEquals(errno, assertThrows(ErrnoException.class, action).errno());
    }

    @Test
    void bytesGoBothWays() throws Exception {
        assertEquals(SocketIo.NOT_NOW, io.accept(listener));
        try (SocketChannel client = connect()) {
            int fd = io.accept(listener);
            byte[] into = new byte[100];
            assertEquals(SocketIo.NOT_NOW, io.read(fd, into, 100));
            client.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
            assertEquals(3, io.read(fd, into, 3));
            assertEquals(2, io.read(fd, into, 100));
            assertArrayEquals(new byte[] {'l', 'o', 'l'}, Arrays.copyOf(into, 3));
            io.put(0, "xyz".getBytes(StandardCharsets.UTF_8), 1, 2);
            assertEquals(2, io.write(fd, 2));
            io.endWriting(fd);
            ByteBuffer answer = ByteBuffer.allocate(10);
            assertEquals(2, client.read(answer));
            assertEquals('y', answer.get(0));
            assertEquals(-1, client.read(answer), "it was said to be the end");
            client.shutdownOutput();
            assertEquals(0, io.read(fd, into, 100), "the end");
            io.close(fd);
        }
    }

    @Test
    void aWriteTakesWhatThereIsRoomFor() throws Exception {
        try (SocketChannel client = connect()) {
            int fd = io.accept(listener);
            long sent = 0;
            int taken = io.write(fd, SocketIo.BUFFER_BYTES);
            while (taken != SocketIo.NOT_NOW) {
                sent += taken;
                taken = io.write(fd, SocketIo.BUFFER_BYTES);
            }
            assertTrue(sent > 0);
            ByteBuffer some = ByteBuffer.allocate(1 << 20);
            while (sent > 0) {
                sent -= client.read(some.clear());
            }
            assertTrue(io.write(fd, 1) == 1, "there is room again");
            io.close(fd);
        }
    }

    @Test
    void saysThatTheOtherEndHasGone() throws Exception {
        SocketChannel client = connect();
        int fd = io.accept(listener);
        client.close();
        assertFails(Errno.EPIPE, () -> io.write(fd, 1));
        assertEquals(0, io.read(fd, new byte[1], 1));
        io.close(fd);

        SocketChannel rude = connect();
        int left = io.accept(listener);
        assertEquals(1, io.write(left, 1));
        rude.close();
        assertFails(Errno.ECONNRESET, () -> io.read(left, new byte[1], 1));
        io.close(left);
    }

    @Test
    void saysWhatIsNotASocketOfTheRightKind() throws Exception {
        int plain = UnixSocket.open();
        assertFails(Errno.EINVAL, () -> UnixSocket.listen(plain, 1));
        assertFails(Errno.EINVAL, () -> io.accept(plain));
        io.close(plain);
        assertFails(Errno.EBADF, () -> io.close(plain));
        assertFails(Errno.EBADF, () -> io.peer(plain));
        assertFails(Errno.EBADF, () -> io.endWriting(plain));
        assertFails(Errno.EBADF, () -> posix.changeMode(plain, 0));
        assertThrows(IllegalArgumentException.class, () -> io.write(listener, 0));
        assertThrows(IllegalArgumentException.class, () -> io.write(listener, 1 + (64 << 10)));
    }

    @Test
    void saysWhyThereIsNoName() throws Exception {
        int fd = UnixSocket.open();
        assertFails(Errno.EADDRINUSE, () -> UnixSocket.bind(fd, file.toString()));
        assertFails(Errno.ENOENT, () -> UnixSocket.bind(fd, temporary + "/no/such"));
        assertThrows(IllegalArgumentException.class, () -> UnixSocket.bind(fd, ""));
        assertThrows(IllegalArgumentException.class, () -> UnixSocket.bind(fd, "/a\0b"));
        String longest = temporary + "/" + "x".repeat(106 - temporary.toString().length());
        assertThrows(IllegalArgumentException.class, () -> UnixSocket.bind(fd, longest + "x"));
        UnixSocket.bind(fd, longest);
        assertTrue(Files.exists(Path.of(longest)));
        io.close(fd);
    }

    @Test
    void saysWhyItCannotConnect() throws Exception {
        int fd = UnixSocket.open();
        assertFails(Errno.ENOENT, () -> UnixSocket.connect(fd, temporary + "/none"));
        Path abandoned = temporary.resolve("abandoned");
        int gone = UnixSocket.open();
        UnixSocket.bind(gone, abandoned.toString());
        assertFails(Errno.ECONNREFUSED, () -> UnixSocket.connect(fd, abandoned.toString()));
        UnixSocket.listen(gone, 0);
        int first = UnixSocket.open();
        UnixSocket.connect(first, abandoned.toString());
        assertFails(Errno.EAGAIN, () -> UnixSocket.connect(fd, abandoned.toString()));
        for (int open : new int[] {fd, gone, first}) {
            io.close(open);
        }
    }

    /** Root may do all that is refused here: this is tried in a JVM that is somebody else. */
    @Test
    void whoMayNotIsToldSo() throws Exception {
        Commands.needsRoot();
        Path open = Commands.openDirectory(temporary, "open");
        String said = Commands.otherJvm("sockets", open.toString(), file.toString());
        assertTrue(said.contains("/mine\": EACCES (permission denied)"), said);
        assertTrue(said.contains("connect: connect \"" + file + "\": EACCES"), said);
    }

    @Test
    void theFileIsBornWithTheModeThatItWillHave() throws Exception {
        int before = posix.umask(022);
        try {
            for (int mode : new int[] {0700, 0, 0775}) {
                Path born = temporary.resolve("born" + mode);
                int fd = UnixSocket.open();
                posix.changeMode(fd, mode);
                UnixSocket.bind(fd, born.toString());
                assertEquals(mode & ~022, (int) Files.getAttribute(born, "unix:mode") & 0777);
                io.close(fd);
            }
        } finally {
            posix.umask(before);
        }
    }

    @Test
    void knowsWhoConnected() throws Exception {
        try (SocketChannel _ = connect()) {
            int fd = io.accept(listener);
            Peer peer = io.peer(fd);
            assertEquals(posix.pid(), peer.pid());
            assertEquals(posix.effectiveUid(), peer.uid());
            assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:gid"), peer.gid());
            assertEquals(ownGroups(), peer.groups());
            io.close(fd);
        }
    }

    private static List<Integer> ownGroups() throws Exception {
        List<Integer> groups = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("Groups:")) {
                for (String word : line.substring(7).strip().split(" ", -1)) {
                    if (!word.isEmpty()) {
                        groups.add(Integer.parseInt(word));
                    }
                }
            }
        }
        return groups;
    }

    @Test
    void keepsTheLowestOfAPeersManyGroups() throws Exception {
        Commands.needsRoot();
        int many = SocketIo.BUFFER_BYTES / Integer.BYTES + 10;
        Files.setAttribute(file, "unix:mode", 0777);
        Commands.openDirectory(temporary, "open");
        Process other = Commands.startOtherJvm("groups", file.toString(), Integer.toString(many));
        try (InputStream said = other.getInputStream()) {
            int fd = awaitConnection(other);
            Peer peer = io.peer(fd);
            assertEquals(other.pid(), peer.pid());
            assertEquals(33, peer.uid());
            assertEquals(34, peer.gid());
            int kept = SocketIo.MOST_GROUPS;
            assertEquals(kept, peer.groups().size());
            assertEquals(100_000, peer.groups().getFirst());
            assertEquals(100_000 + kept - 1, peer.groups().getLast());
            io.close(fd);
            other.getOutputStream().close();
            assertEquals(0, said.readAllBytes().length, "it has nothing to complain about");
        } finally {
            other.destroyForcibly();
        }
    }

    private int awaitConnection(Process other) throws Exception {
        try (Epoll epoll = Epoll.open(1)) {
            epoll.add(listener, Epoll.IN, 0);
            while (epoll.await(100_000_000) == 0) {
                assertTrue(other.isAlive(), "it has ended");
            }
        }
        return io.accept(listener);
    }

    @Test
    void nothingIsUsedAfterItsEnd() throws Exception {
        SocketIo other = SocketIo.open();
        other.close();
        other.close();
        assertThrows(IllegalStateException.class, () -> other.accept(listener));
        assertThrows(IllegalStateException.class, () -> other.put(0, new byte[1], 0, 1));
        assertThrows(IllegalStateException.class, () -> other.write(listener, 1));
    }

    @Test
    void acceptSaysThatThereAreNoDescriptors() throws Exception {
        try (SocketChannel _ = connect()) {
            Limits before = posix.limit(Resource.NOFILE);
            posix.setLimit(Resource.NOFILE, new Limits(3, before.hard()));
            try {
                assertFails(Errno.EMFILE, () -> io.accept(listener));
            } finally {
                posix.setLimit(Resource.NOFILE, before);
            }
            io.close(io.accept(listener));
        }
    }
}
