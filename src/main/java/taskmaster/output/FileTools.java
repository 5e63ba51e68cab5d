package taskmaster.output;

import java.util.function.LongSupplier;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;

/** What the files of a thread work with; theirs together. */
final class FileTools {

    final Posix posix;
    final FileIo io;

    /** Milliseconds since 1970. */
    final LongSupplier wallClock;

    /** Scratch space, of no meaning between two calls. */
    final byte[] block = new byte[8 * 1024];

    FileTools(Posix posix, FileIo io, LongSupplier wallClock) {
        this.posix = posix;
        this.io = io;
        this.wallClock = wallClock;
    }
}
