package taskmaster.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What the JDK's exceptions of files mean, in words. */
final class Reasons {

    private Reasons() {}

    static String of(IOException e) {
        return switch (e) {
            case NoSuchFileException x -> "the directory does not exist";
            case AccessDeniedException x -> "permission denied";
            case FileSystemException x when x.getReason() != null -> x.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
