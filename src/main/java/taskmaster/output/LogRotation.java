package taskmaster.output;

import java.io.IOException;
import java.nio.file.Path;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.TrustedPath;

/** Moves a log away whose writer opens it anew: the daemon's own. Usable from any thread. */
public final class LogRotation {

    private final Posix posix;
    private final int backups;

    /** {@code backups}: older files that are kept, 0 or more. */
    public LogRotation(Posix posix, int backups) {
        this.posix = posix;
        this.backups = backups;
    }

    /**
     * The file becomes {@code FILE.1}, or goes if no older ones are kept.
     *
     * @param file absolute
     * @throws IOException it stays where it is
     */
    public void rotate(Path file) throws IOException {
        TrustedPath trusted = TrustedPath.of(file, posix.effectiveUid());
        if (trusted.guard() != TrustedPath.Guard.PATH) {
            rotate(trusted.real());
            return;
        }
        Path real = Path.of(trusted.real());
        int directory = new LogOpener(posix).directory(String.valueOf(real.getParent()));
        try {
            rotate("/proc/self/fd/" + directory + "/" + real.getFileName());
        } finally {
            posix.close(directory);
        }
    }

    private void rotate(String path) throws ErrnoException {
        Backups older = new Backups(posix, path);
        older.keep(Math.max(0, backups - 1));
        if (backups == 0) {
            posix.names().remove(path);
        } else {
            older.shift();
            posix.names().rename(path, older.plain(1));
        }
    }
}
