package taskmaster.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Keeps all it is given; waits for it with a deadline. */
final class RecordingSink implements Sink {

    private static final long DEADLINE_NANOS = 60_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> events = new ArrayList<>();
    private final List<Runnable> onClose = new ArrayList<>();
    private int chunks;
    private int longestChunk;
    private int chunksUntilClosed = Integer.MAX_VALUE;
    private boolean open = true;

    /** A sink that closes itself in the call that brings chunk {@code chunks}. */
    static RecordingSink closingAfter(int chunks) {
        RecordingSink sink = new RecordingSink();
        sink.chunksUntilClosed = chunks;
        return sink;
    }

    @Override
    public synchronized void data(byte[] more, int length) {
        bytes.write(more, 0, length);
        chunks++;
        longestChunk = Math.max(longestChunk, length);
        if (chunks == chunksUntilClosed) {
            close();
        }
        notifyAll();
    }

    @Override
    public synchronized void truncated() {
        bytes.writeBytes("<truncated>".getBytes(UTF_8));
        notifyAll();
    }

    @Override
    public synchronized void end() {
        events.add("end");
        notifyAll();
    }

    @Override
    public synchronized void error(String code, String message) {
        events.add(code + ": " + message);
        notifyAll();
    }

    @Override
    public synchronized boolean isOpen() {
        return open;
    }

    @Override
    public synchronized void onClose(Runnable action) {
        if (open) {
            onClose.add(action);
        } else {
            action.run();
        }
    }

    synchronized void close() {
        open = false;
        onClose.forEach(Runnable::run);
        onClose.clear();
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    synchronized String text() {
        return bytes.toString(UTF_8);
    }

    synchronized int size() {
        return bytes.size();
    }

    synchronized int chunks() {
        return chunks;
    }

    synchronized int longestChunk() {
        return longestChunk;
    }

    /** What came after all data. */
    synchronized String awaitOver() {
        await("the end", () -> !events.isEmpty());
        return events.getFirst();
    }

    synchronized RecordingSink awaitText(String expected) {
        await('"' + expected + '"', () -> text().equals(expected));
        return this;
    }

    synchronized RecordingSink awaitEnding(String expected) {
        await("..." + expected, () -> text().endsWith(expected));
        return this;
    }

    synchronized void awaitSize(int expected) {
        await(expected + " bytes", () -> bytes.size() >= expected);
    }

    private synchronized void await(String what, BooleanSupplier done) {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!done.getAsBoolean()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                String text = text();
                String end = text.substring(Math.max(0, text.length() - 500));
                throw new AssertionError(
                        "waited for " + what + "; got \"" + end + "\" and " + events);
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
