package taskmaster.output;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * The files of a log, oldest first, read as if they were one: before them what was read already, of
 * compressed ones. Each is as long as it was when this was made; what is written later is not part
 * of it.
 */
final class Segments {

    private final byte[] before;
    private final List<LogFiles.Opened> files;

    /** Where each file begins, and where the last one ends. */
    private final long[] starts;

    Segments(byte[] before, List<LogFiles.Opened> files) throws IOException {
        this.before = before;
        this.files = List.copyOf(files);
        starts = new long[files.size() + 1];
        starts[0] = before.length;
        for (int i = 0; i < files.size(); i++) {
            starts[i + 1] = starts[i] + files.get(i).channel().size();
        }
    }

    List<LogFiles.Opened> files() {
        return files;
    }

    long size() {
        return starts[files.size()];
    }

    /** Where the first of the files begins. */
    int beforeSize() {
        return before.length;
    }

    /** Which file {@code position} is in; the end of all is in the last one. */
    int indexOf(long position) {
        int index = 0;
        while (index < files.size() - 1 && position >= starts[index + 1]) {
            index++;
        }
        return index;
    }

    long startOf(int index) {
        return starts[index];
    }

    /** Reads until {@code length} or the end; a file that has become shorter ends it, too. */
    int read(long position, byte[] into, int length) throws IOException {
        int done = 0;
        if (position < before.length) {
            done = (int) Math.min(length, before.length - position);
            System.arraycopy(before, (int) position, into, 0, done);
        }
        boolean more = true;
        while (more && done < length && position + done < size()) {
            int index = indexOf(position + done);
            long offset = position + done - starts[index];
            long left = starts[index + 1] - starts[index] - offset;
            int wanted = (int) Math.min(length - done, left);
            int count = readFully(files.get(index).channel(), offset, into, done, wanted);
            done += count;
            more = count == wanted;
        }
        return done;
    }

    void close() {
        for (LogFiles.Opened file : files) {
            LogFiles.close(file.channel());
        }
    }

    /** Reads until {@code length} or the end of the file, which may have moved. */
    static int readFully(FileChannel file, long position, byte[] into, int length)
            throws IOException {
        return readFully(file, position, into, 0, length);
    }

    private static int readFully(FileChannel file, long position, byte[] into, int at, int length)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, at, length);
        int done = 0;
        while (done < length) {
            int count = file.read(buffer, position + done);
            if (count <= 0) {
                break;
            }
            done += count;
        }
        return done;
    }
}
