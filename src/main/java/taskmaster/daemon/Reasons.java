package taskmaster.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;

/** What the JDK's exceptions of files mean, in words. */
final class Reasons {

    private Reasons() {}

    static String of(IOException e) {
        return switch (e) {
            case ErrnoException x when x.errno().equals(Errno.ENOENT) ->
                    "the directory does not exist";
            case ErrnoException x -> x.errno().toString();
            case NoSuchFileException x -> "the directory does not exist";
            case AccessDeniedException x -> "permission denied";
            case FileSystemException x when x.getReason() != null -> x.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
