package taskmaster.server;

import java.io.IOException;
import taskmaster.posix.Epoll;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.SocketIo;
import taskmaster.posix.SpareDescriptors;

/**
 * The listening socket at work. Owned by the server's thread.
 *
 * <p>It keeps a spare descriptor: where the process has no other left, whoever connects is taken
 * with it, told so, and let go, instead of being left to wait without a word. Should even that fail
 * (another process took it), the listener is not looked at for a while: it stays ready, and the
 * thread would spin.
 */
final class Acceptor {

    /** The token of the listener's events; those of connections follow. */
    static final long TOKEN = (1L << 62);

    private final ServerLoop loop;
    private final Epoll epoll;
    private final SocketIo io;
    private SocketFile socket;
    private final SpareDescriptors spare;
    private boolean closed;

    /** Reported once, until one is accepted again. */
    private boolean failing;

    private long nextTry = Connection.NEVER;

    /**
     * @throws IOException when the system has no more descriptors
     */
    Acceptor(ServerLoop loop, SocketFile socket, Epoll epoll, SocketIo io) throws IOException {
        this.loop = loop;
        this.socket = socket;
        this.epoll = epoll;
        this.io = io;
        spare = new SpareDescriptors(socket.posix(), 1);
        epoll.add(socket.descriptor(), Epoll.IN, TOKEN);
    }

    /** In the loop's nanoseconds; {@link Connection#NEVER} while nothing is put off. */
    long nextTry() {
        return nextTry;
    }

    /** Takes all who wait, or as many of them as one turn may. */
    void accept() {
        for (int i = 0; i < Limits.BACKLOG && !closed; i++) {
            spare.takeBack(); // before the one who connects gets a descriptor that came free
            try {
                int fd = io.accept(socket.descriptor());
                if (fd == SocketIo.NOT_NOW) {
                    return;
                }
                failing = false;
                loop.admit(fd);
            } catch (ErrnoException e) {
                if (!takeAnyway(e)) {
                    return;
                }
            }
        }
    }

    private static boolean isWithoutDescriptors(ErrnoException e) {
        return e.errno().equals(Errno.EMFILE) || e.errno().equals(Errno.ENFILE);
    }

    private void reportOnce(ErrnoException e) {
        if (!failing) {
            loop.report(new IOException("cannot accept a connection: " + e.errno(), e));
        }
        failing = true;
    }

    /**
     * With the spare descriptor, which is back afterwards unless another thread was faster. False
     * when there is nobody left to be taken, or when it does not help.
     */
    private boolean takeAnyway(ErrnoException refusal) {
        if (!isWithoutDescriptors(refusal)) {
            reportOnce(refusal);
            pause();
            return false;
        }
        spare.release();
        try {
            int fd = io.accept(socket.descriptor());
            if (fd == SocketIo.NOT_NOW) {
                return false; // the kernel looks for a descriptor first, then who waits
            }
            reportOnce(refusal);
            loop.refuse(fd, ServerLoop.withoutDescriptors());
            return true;
        } catch (ErrnoException e) {
            reportOnce(e);
            pause();
            return false;
        } finally {
            spare.takeBack();
        }
    }

    private void pause() {
        listenFor(0);
        nextTry = loop.after(loop.limits().acceptPause());
    }

    /** Looks again: the pause is over, or a connection has ended. */
    void resume() {
        spare.takeBack();
        if (nextTry != Connection.NEVER && !closed) {
            nextTry = Connection.NEVER;
            listenFor(Epoll.IN);
        }
    }

    private void listenFor(int events) {
        try {
            epoll.change(socket.descriptor(), events, TOKEN);
        } catch (ErrnoException e) {
            loop.report(e);
        }
    }

    /** Makes the socket's file again if somebody has removed it. Those who wait are not lost. */
    void renew() {
        if (closed) {
            return;
        }
        try {
            if (socket.isThere()) {
                return;
            }
            replaceBy(socket.again());
            loop.report(new IOException("socket " + socket + " was gone; it is there again"));
        } catch (IOException e) {
            loop.report(e);
        }
    }

    private void replaceBy(SocketFile renewed) throws IOException {
        try {
            epoll.add(renewed.descriptor(), Epoll.IN, TOKEN);
        } catch (ErrnoException e) {
            renewed.close();
            throw e;
        }
        accept();
        SocketFile before = socket;
        socket = renewed;
        nextTry = Connection.NEVER;
        epoll.remove(before.descriptor());
        before.close();
    }

    /** Ends listening and removes the file. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        nextTry = Connection.NEVER;
        try {
            spare.release();
            epoll.remove(socket.descriptor());
        } catch (ErrnoException e) {
            loop.report(e);
        }
        try {
            socket.close();
        } catch (IOException e) {
            loop.report(e);
        }
    }
}
