package taskmaster.activity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue of lines and the one thread that writes them to one file.
 *
 * <p>Ownership: {@code lock} guards the queue and its counters and is never held over a write; all
 * else is the thread's. The thread sleeps without a timeout, so a quiet log makes no wake-up.
 *
 * <p>Dropping, full queue: from the first line that does not fit, all are dropped until the thread
 * has taken the queue, so that the one report stands where the lines would have stood.
 *
 * <p>Dropping, failed write: what a batch could not write is counted in {@code lost}; the next
 * batch starts with the report. A line that was cut short by a full disk is ended first. There is
 * no retry by time: the next line is the next try, and {@link #close} the last.
 */
final class LineWriter {

    /** Most lines that wait: a thousand programs stopped at once make about three thousand. */
    static final int QUEUE_LINES = 8 * 1024;

    /** Most text that waits, in chars: one or two bytes of heap each. */
    static final int QUEUE_CHARS = 512 * 1024;

    /** A batch is written when it has so many bytes; a short one is one write. */
    static final int WRITE_BYTES = 64 * 1024;

    /** An emptied queue longer than this is not used again. */
    private static final int KEEP_ENTRIES = 1024;

    private static final String NO_MEMORY = "taskmasterd had no memory to write them";
    private static final String MISTAKE = "a mistake in taskmasterd kept them from being written";

    /** Ends a line of which only the beginning could be written. */
    private static final byte[] CUT = "... (cut)\n".getBytes(UTF_8);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private List<QueueEntry> queue = new ArrayList<>();
    private long added;
    private long done;
    private int queuedLines;
    private int queuedChars;
    private long dropped;
    private boolean closing;

    private final LogFile file;
    private final Thread thread;
    private final LineBuffer buffer = new LineBuffer();
    private List<QueueEntry> batch = new ArrayList<>();
    private long lost;
    private String lostWhy = "";
    private boolean midLine;
    private boolean noted;

    LineWriter(String threadName, LogFile file) {
        this.file = file;
        this.thread = Thread.ofPlatform().daemon().name(threadName).unstarted(new Loop());
        thread.start();
    }

    void add(ActivityLog.Level level, String text, List<String> more) {
        lock.lock();
        try {
            if (closing) {
                return;
            }
            // The time is taken under the lock: the order of the lines is that of their times.
            Line line = new Line(System.currentTimeMillis(), level, text, more);
            if (dropped > 0
                    || queuedLines + line.lines() > QUEUE_LINES
                    || queuedChars + line.chars() > QUEUE_CHARS) {
                dropped += line.lines();
                return;
            }
            queuedLines += line.lines();
            queuedChars += line.chars();
            push(line);
        } finally {
            lock.unlock();
        }
    }

    /** Never dropped; two in a row are one. */
    void reopen() {
        lock.lock();
        try {
            if (!closing && (queue.isEmpty() || !(queue.getLast() instanceof QueueEntry.Reopen))) {
                push(new QueueEntry.Reopen());
            }
        } finally {
            lock.unlock();
        }
    }

    private void push(QueueEntry entry) {
        queue.add(entry);
        added++;
        if (queue.size() == 1) {
            filled.signal();
        }
    }

    void close() {
        lock.lock();
        try {
            closing = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** True if the thread ended in time: after {@link #close} that is when all is written. */
    boolean join(long nanos) {
        try {
            // join(0) would wait for ever.
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** True if all that was added before is written, or dropped, in time. */
    boolean flush(long nanos) {
        lock.lock();
        try {
            long target = added;
            long left = nanos;
            while (done < target && left > 0) {
                left = drained.awaitNanos(left);
            }
            return done >= target;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private final class Loop implements Runnable {
        @Override
        public void run() {
            boolean last = false;
            while (!last) {
                last = writeNext();
            }
            file.close();
            batchDone();
        }
    }

    /** Waits for lines and writes them; true if they were the last. */
    private boolean writeNext() {
        batchDone();
        long notTaken;
        boolean last;
        lock.lock();
        try {
            while (queue.isEmpty() && !closing) {
                filled.awaitUninterruptibly();
            }
            List<QueueEntry> taken = queue;
            queue = batch;
            batch = taken;
            notTaken = dropped;
            last = closing;
            dropped = 0;
            queuedLines = 0;
            queuedChars = 0;
        } finally {
            lock.unlock();
        }
        try {
            writeBatch(notTaken, last);
        } catch (RuntimeException | Error e) {
            // This thread must outlive even a mistake of ours, and having no memory, which nothing
            // here may need: there is no other thread to tell of it.
            lost += batch.size() + notTaken;
            lostWhy = e instanceof OutOfMemoryError ? NO_MEMORY : MISTAKE;
            buffer.clear();
        }
        return last;
    }

    private void batchDone() {
        lock.lock();
        try {
            done += batch.size();
            drained.signalAll();
        } finally {
            lock.unlock();
        }
        boolean large = batch.size() > KEEP_ENTRIES;
        batch.clear();
        if (large) {
            shrinkBatch();
        }
    }

    /** A burst's array goes with it, if there is memory for another. */
    private void shrinkBatch() {
        try {
            batch = new ArrayList<>();
        } catch (OutOfMemoryError e) {
            // Then the next burst has this one.
        }
    }

    private void writeBatch(long notTaken, boolean last) {
        for (QueueEntry entry : batch) {
            if (entry instanceof Line line) {
                write(line);
            } else {
                writeOut();
                reopenFile();
            }
        }
        if (notTaken > 0) {
            write(report(notTaken, "they came faster than they could be written"));
        }
        if (buffer.size() > 0 || last) {
            writeOut();
        }
    }

    private void write(Line line) {
        buffer.append(line);
        if (buffer.size() >= WRITE_BYTES) {
            writeOut();
        }
    }

    private void reopenFile() {
        try {
            file.reopen();
            midLine = false;
        } catch (IOException e) {
            buffer.append(warning(e.getMessage() + "; what was open before is still written to"));
        }
    }

    /** Writes the buffer, and before it what has to be said of lines that were lost. */
    private void writeOut() {
        int debt = 0;
        ByteBuffer bytes = ByteBuffer.wrap(buffer.bytes(), 0, buffer.size());
        if (midLine || lost > 0) {
            LineBuffer report = new LineBuffer();
            if (midLine) {
                report.put(CUT);
            }
            if (lost > 0) {
                report.append(report(lost, lostWhy));
            }
            debt = report.size();
            bytes = ByteBuffer.allocate(debt + buffer.size());
            bytes.put(report.bytes(), 0, debt).put(buffer.bytes(), 0, buffer.size()).flip();
        }
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            lost = 0;
            midLine = false;
        } catch (IOException e) {
            countLost(bytes, debt, LogFile.cause(e));
        }
        buffer.clear();
    }

    /** {@code bytes} were written up to their position; the first {@code debt} of them report. */
    private void countLost(ByteBuffer bytes, int debt, String why) {
        int written = bytes.position();
        if (written >= debt) {
            lost = 0;
        }
        for (int i = Math.max(written, debt); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                lost++;
            }
        }
        if (written > 0) {
            midLine = bytes.get(written - 1) != '\n';
        }
        lostWhy = "cannot write \"" + file.path() + "\": " + why;
        if (!noted) {
            noted = true;
            noteOnStderr("taskmasterd: " + lostWhy + "; lines of the log are being dropped\n");
        }
    }

    private static Line report(long count, String why) {
        String lines = count == 1 ? " line of this log was" : " lines of this log were";
        return warning(count + lines + " dropped: " + why);
    }

    private static Line warning(String text) {
        return new Line(System.currentTimeMillis(), ActivityLog.Level.WARN, text, List.of());
    }

    /** Once in a writer's life: the log cannot say it, and a service manager may be listening. */
    @SuppressWarnings("resource") // descriptor 2 is not ours to close
    private static void noteOnStderr(String text) {
        try {
            new FileOutputStream(FileDescriptor.err).write(text.getBytes(UTF_8));
        } catch (IOException e) {
            // Nobody is left to tell; the count is reported when the log works again.
        }
    }
}
