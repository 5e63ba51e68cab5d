package taskmaster.output;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;

/**
 * Compresses older logs, one after the other, on the thread {@code log-compressor}, which is
 * started when there is the first. It works on descriptors: what the files are called meanwhile is
 * the business of who gave them.
 */
final class Compressor {

    private final Posix posix;
    private final Executor owner;
    private final LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
    private boolean started;

    /**
     * Copies {@code from}, compressed, to {@code to}; both are closed afterwards. Then {@code done}
     * is told, on the owner's thread, whether it went well.
     */
    record Job(int from, int to, Consumer<Boolean> done) {}

    /** {@code owner} runs what is done afterwards. */
    Compressor(Posix posix, Executor owner) {
        this.posix = posix;
        this.owner = owner;
    }

    /** Owned by one thread. */
    void compress(Job job) {
        if (!started) {
            started = true;
            Thread thread = new Thread(null, this::run, "log-compressor", 256 << 10);
            thread.setDaemon(true);
            thread.start();
        }
        jobs.add(job);
    }

    private void run() {
        try {
            while (true) {
                Job job = jobs.take();
                boolean good = compress(job.from(), job.to());
                owner.execute(() -> job.done().accept(good));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean compress(int from, int to) {
        try {
            copy(from, to);
            return true;
        } catch (IOException | OutOfMemoryError e) {
            return false; // the file stays as it is, and is tried again with the next rotation
        } finally {
            close(from);
            close(to);
        }
    }

    private static void copy(int from, int to) throws IOException {
        try (FileIo io = FileIo.open();
                OutputStream out = new GZIPOutputStream(new Out(io, to), FileIo.BUFFER)) {
            byte[] block = new byte[FileIo.BUFFER];
            long at = 0;
            int count = io.read(from, at, block, block.length);
            while (count > 0) {
                out.write(block, 0, count);
                at += count;
                count = io.read(from, at, block, block.length);
            }
        }
    }

    private void close(int fd) {
        try {
            posix.close(fd);
        } catch (ErrnoException e) {
            // Every write was seen to succeed, or the file is thrown away.
        }
    }

    private static final class Out extends OutputStream {

        private final FileIo io;
        private final int fd;
        private long size;

        Out(FileIo io, int fd) {
            this.io = io;
            this.fd = fd;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            int done = 0;
            while (done < length) {
                done += io.write(fd, size + done, bytes, start + done, length - done);
            }
            size += length;
        }
    }
}
