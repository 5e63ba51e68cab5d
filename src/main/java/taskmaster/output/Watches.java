package taskmaster.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import taskmaster.posix.Errno;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.FileWatch;

/**
 * Which follower wants to know of which inotify watch. Owned by the thread log-reader.
 *
 * <p>The kernel has one watch for an inode, whoever asks; so one is ended when its last follower
 * lets go of it. A file is watched for what is written, its directory for what gets a name there.
 */
final class Watches {

    private static final int OF_FILE =
            FileWatch.MODIFY | FileWatch.ATTRIB | FileWatch.DELETE_SELF | FileWatch.MOVE_SELF;
    private static final int OF_DIRECTORY =
            FileWatch.CREATE | FileWatch.MOVED_TO | FileWatch.DELETE_SELF | FileWatch.MOVE_SELF;

    private final FileWatch inotify;
    private final Map<Integer, Set<Follower>> followers = new HashMap<>();
    private final Map<Follower, Set<Integer>> files = new HashMap<>();
    private final Map<Follower, Set<Integer>> directories = new HashMap<>();

    Watches(FileWatch inotify) {
        this.inotify = inotify;
    }

    /** Watches {@code file} for {@code follower}, in place of the file before. */
    void file(Follower follower, Path file) throws IOException {
        watch(follower, file, new HashSet<>());
    }

    /** Watches {@code file} for {@code follower} as well as what it watches. */
    void alsoFile(Follower follower, Path file) throws IOException {
        watch(follower, file, new HashSet<>(files.getOrDefault(follower, Set.of())));
    }

    private void watch(Follower follower, Path file, Set<Integer> wanted) throws IOException {
        try {
            wanted.add(inotify.add(file.toString(), OF_FILE));
        } catch (ErrnoException e) {
            if (!e.errno().equals(Errno.ENOENT)) {
                throw cannotWatch(file, e);
            }
            // Removed since it was opened; the directory's watch tells when there is another.
        }
        hold(files, follower, wanted);
    }

    /**
     * Watches where the name {@code file} is, and if it is a symbolic link also where it points, in
     * place of the directories before.
     */
    void directoriesOf(Follower follower, Path file) throws IOException {
        Set<Integer> wanted = new HashSet<>();
        try {
            wanted.add(inotify.add(LogFiles.directoryOf(file).toString(), OF_DIRECTORY));
            if (Files.isSymbolicLink(file)) {
                Path target = file.resolveSibling(Files.readSymbolicLink(file));
                wanted.add(inotify.add(LogFiles.directoryOf(target).toString(), OF_DIRECTORY));
            }
        } catch (ErrnoException e) {
            throw cannotWatch(file, e);
        }
        hold(directories, follower, wanted);
    }

    private static LogFileException cannotWatch(Path file, ErrnoException e) {
        String code =
                e.errno().equals(Errno.ENOENT)
                        ? LogFileException.NO_SUCH_FILE
                        : LogFileException.FAILED;
        String hint =
                e.errno().equals(Errno.ENOSPC) ? "; raise sysctl fs.inotify.max_user_watches" : "";
        return new LogFileException(
                code, "cannot follow log \"" + file + "\": " + e.getMessage() + hint);
    }

    private void hold(Map<Follower, Set<Integer>> kind, Follower follower, Set<Integer> wanted) {
        for (int watch : wanted) {
            followers.computeIfAbsent(watch, w -> new HashSet<>()).add(follower);
        }
        Set<Integer> before = kind.put(follower, wanted);
        if (before != null) {
            before.removeAll(wanted);
            release(follower, before);
        }
    }

    private void release(Follower follower, Set<Integer> watches) {
        for (int watch : watches) {
            Set<Follower> rest = followers.get(watch);
            if (rest != null && rest.remove(follower) && rest.isEmpty()) {
                followers.remove(watch);
                end(watch);
            }
        }
    }

    private void end(int watch) {
        try {
            inotify.remove(watch);
        } catch (ErrnoException e) {
            // The kernel has no such watch any more; what it may still report concerns nobody.
        }
    }

    /** Ends what only {@code follower} wanted. */
    void forget(Follower follower) {
        Set<Integer> all = new HashSet<>();
        Set<Integer> none = Set.of();
        all.addAll(files.getOrDefault(follower, none));
        all.addAll(directories.getOrDefault(follower, none));
        files.remove(follower);
        directories.remove(follower);
        release(follower, all);
    }

    /** The followers that want to know what {@code watch} saw; empty for one that has ended. */
    Set<Follower> of(int watch) {
        return Set.copyOf(followers.getOrDefault(watch, Set.of()));
    }
}
