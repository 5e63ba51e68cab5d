package taskmaster.posix;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A path, and how far it can be trusted: up to where nobody but root and one user decides what its
 * names mean.
 *
 * <p>It is walked from the root, as the kernel does (man 7 path_resolution). Rules:
 *
 * <ul>
 *   <li>Who owns a directory, or may write to it, decides what is in it. A group that may write
 *       counts as others, but for root's.
 *   <li>In a sticky directory (/tmp) others make new names, but cannot touch what is root's or the
 *       user's. So a directory of theirs in it is trusted; a symbolic link is not, since a hard
 *       link to one of theirs could be made from elsewhere.
 *   <li>A symbolic link in a trusted directory is followed. From the first name on that others
 *       decide about, none may be: that is what {@link Guard} says to who opens the file.
 *   <li>What was trusted stays so unless root or the user themselves change it: the names before it
 *       were, and so nobody else could replace it. To look first and open later is no race.
 * </ul>
 *
 * @param real the path to open: as it was given where there is nothing to guard; else without the
 *     symbolic links that are trusted, and without {@code ..}
 * @param guard how the file must be opened
 * @param doubt why it is not trusted; empty also where only the last name of it is not there yet
 */
public record TrustedPath(String real, Guard guard, Optional<Doubt> doubt) {

    /** How to open a file, so that nobody else can lead us elsewhere. */
    public enum Guard {
        /** As it is: nobody else can put anything in the way. */
        NONE,
        /** Not through a symbolic link in the last name: only that one is for others to decide. */
        NAME,
        /** Not through any symbolic link: directories before it are others' as well. */
        PATH
    }

    /** As many symbolic links as the kernel follows (man 7 path_resolution). */
    private static final int MOST_LINKS = 40;

    private static final String ELSEWHERE = "use a directory of root's, such as /etc/taskmaster";
    private static final String COPY =
            "if you know what is in it, copy it to a directory of root's";

    private static final int WRITABLE_BY_GROUP = 0020;
    private static final int WRITABLE_BY_ALL = 0002;
    private static final int STICKY = 01000;

    /**
     * What is others' to change, and how to change that.
     *
     * @param what {@code the directory "/srv" belongs to uid 1000}
     * @param remedy {@code chmod go-w /srv}; never a chown: who has had a file can have it open for
     *     writing, a directory of somebody's has more in it than ours, and chown follows a link
     */
    public record Doubt(String what, String remedy) {}

    /**
     * Looks at a path for a user.
     *
     * @param path the file need not be there
     * @param uid who is trusted besides root
     * @throws IOException ELOOP, in the JDK's words
     */
    public static TrustedPath of(Path path, int uid) throws IOException {
        Walk walk = new Walk(path, uid);
        walk.go();
        if (walk.onlyNew || walk.names.isEmpty()) {
            return new TrustedPath(path.toString(), Guard.NONE, walk.doubt);
        }
        TrustedPath found = walk.result(walk.names.size());
        // No link is followed from here on, so a name and the ".." after it cancel each other.
        return walk.names.contains("..") ? of(Path.of(found.real).normalize(), uid) : found;
    }

    /**
     * Looks at a directory: {@link #real} is its path, {@link #guard} how a new file in it must be
     * opened.
     *
     * @throws IOException ELOOP, in the JDK's words
     */
    public static TrustedPath inside(Path directory, int uid) throws IOException {
        Walk walk = new Walk(directory, uid);
        walk.go();
        boolean entered = walk.names.isEmpty() && walk.mayEnter();
        TrustedPath found = walk.result(entered && !walk.sticky ? 0 : walk.names.size() + 1);
        return walk.names.contains("..") ? inside(Path.of(found.real).normalize(), uid) : found;
    }

    /** A file in the directory that this is, of which at least the name is not to be followed. */
    public TrustedPath child(String name) {
        Guard least = guard == Guard.NONE ? Guard.NAME : guard;
        return new TrustedPath(real.equals("/") ? "/" + name : real + "/" + name, least, doubt);
    }

    /** The walk along one path. */
    private static final class Walk {

        private final int uid;

        /**
         * What is still before us; after the walk: what others decide about, or nobody has made.
         */
        private final Deque<String> names = new ArrayDeque<>();

        /** Where we are: a path without links that only we decide about; empty is the root. */
        private String at = "";

        /** Whether where we are is a directory in which others may make names. */
        private boolean sticky;

        /** Whether all that is missing is the last name, in a directory that only we write. */
        private boolean onlyNew;

        private int links;
        private Optional<Doubt> doubt = Optional.empty();

        Walk(Path path, int uid) {
            this.uid = uid;
            for (Path name : path.toAbsolutePath()) {
                add(name.toString());
            }
        }

        private void add(String name) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }

        TrustedPath result(int untrusted) {
            StringBuilder real = new StringBuilder(at);
            for (String name : names) {
                real.append('/').append(name);
            }
            Guard guard = untrusted == 0 ? Guard.NONE : untrusted == 1 ? Guard.NAME : Guard.PATH;
            return new TrustedPath(real.isEmpty() ? "/" : real.toString(), guard, doubt);
        }

        void go() throws IOException {
            boolean further = true;
            while (further && !names.isEmpty() && mayEnter()) {
                String name = names.removeFirst();
                if (name.equals("..")) {
                    at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
                } else {
                    further = name.equals(".") || step(name);
                }
            }
        }

        /** Looks at the directory where we are; false: others decide what is in it. */
        boolean mayEnter() {
            String path = at.isEmpty() ? "/" : at;
            Optional<FileStatus> found = status(path);
            if (found.isEmpty()) {
                return false;
            }
            FileStatus directory = found.get();
            boolean foreign = directory.uid() != 0 && directory.uid() != uid;
            boolean byGroup = (directory.mode() & WRITABLE_BY_GROUP) != 0 && directory.gid() != 0;
            boolean open = byGroup || (directory.mode() & WRITABLE_BY_ALL) != 0;
            sticky = open && (directory.mode() & STICKY) != 0;
            if (foreign) {
                doubt = Optional.of(foreign(path, directory));
            } else if (open && !sticky) {
                doubt = Optional.of(writable(path, directory));
            }
            return doubt.isEmpty();
        }

        /** Goes on to a name of where we are; false: it is not there, or others decide about it. */
        private boolean step(String name) throws IOException {
            String next = at + "/" + name;
            Optional<FileStatus> found = status(next);
            if (found.isEmpty()) {
                names.addFirst(name);
                onlyNew = !sticky && names.size() == 1;
                return false;
            }
            FileStatus entry = found.get();
            if (sticky) {
                doubt = doubtInSticky(next, entry);
                if (doubt.isPresent() || !entry.isDirectory()) {
                    names.addFirst(name);
                    return false;
                }
            }
            if (entry.isSymbolicLink()) {
                follow(next);
            } else {
                at = next;
            }
            return true;
        }

        private Optional<Doubt> doubtInSticky(String path, FileStatus entry) {
            String where = ", in a directory that others may write to";
            boolean foreign = entry.uid() != 0 && entry.uid() != uid;
            if (entry.isSymbolicLink()) {
                String what =
                        foreign
                                ? belongs(path, entry)
                                : "the symbolic link "
                                        + Posix.quoted(path)
                                        + " is"
                                        + where.substring(1);
                return Optional.of(new Doubt(what, "name what it points to"));
            }
            if (foreign) {
                return Optional.of(foreign(path, entry));
            }
            if (!entry.isDirectory() && entry.links() > 1) {
                String what = "the file " + Posix.quoted(path) + " has " + entry.links() + " names";
                return Optional.of(new Doubt(what + where, COPY));
            }
            return Optional.empty();
        }

        private static Doubt foreign(String path, FileStatus status) {
            return new Doubt(belongs(path, status), status.isDirectory() ? ELSEWHERE : COPY);
        }

        private static String belongs(String path, FileStatus status) {
            String owner = Integer.toUnsignedString(status.uid());
            String what = "the " + status.typeName() + " " + Posix.quoted(path);
            return what + " belongs to uid " + owner;
        }

        private static Doubt writable(String path, FileStatus status) {
            String mode = Integer.toOctalString(status.mode() & 07777);
            String what = "others may write to the directory " + Posix.quoted(path);
            return new Doubt(what + " (mode 0" + mode + ")", "chmod go-w " + path);
        }

        private void follow(String link) throws IOException {
            links++;
            if (links > MOST_LINKS) {
                throw new FileSystemException(link, null, "Too many levels of symbolic links");
            }
            Path target = Files.readSymbolicLink(Path.of(link));
            for (int i = target.getNameCount() - 1; i >= 0; i--) {
                names.addFirst(target.getName(i).toString());
            }
            if (target.isAbsolute()) {
                at = "";
            }
        }

        /** Empty where there is none, or where we may not look: then nobody knows. */
        private static Optional<FileStatus> status(String path) {
            try {
                return Optional.of(FileStatus.ofLink(Path.of(path)));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}
