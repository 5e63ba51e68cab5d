package taskmaster.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the kernel says of a file (man 2 stat), asked by way of the JDK: taskmasterctl looks at
 * paths, too, and to link the native call of {@link Stat} would cost it more than all else.
 *
 * @param mode type and permissions
 * @param links how many names it has
 */
public record FileStatus(long device, long inode, int mode, int uid, int gid, int links) {

    private static final int TYPE = 0xf000;
    private static final int DIRECTORY = 0x4000;
    private static final int REGULAR = 0x8000;
    private static final int SYMBOLIC_LINK = 0xa000;
    private static final int FIFO = 0x1000;

    private static final String ATTRIBUTES = "unix:dev,ino,mode,uid,gid,nlink";

    /** Of what a path leads to. */
    static FileStatus of(Path file) throws IOException {
        return of(Files.readAttributes(file, ATTRIBUTES));
    }

    /** The same where a symbolic link in its last name is not followed. */
    static FileStatus ofLink(Path file) throws IOException {
        return of(Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS));
    }

    private static FileStatus of(Map<String, Object> attributes) {
        return new FileStatus(
                (Long) attributes.get("dev"),
                (Long) attributes.get("ino"),
                (Integer) attributes.get("mode"),
                (Integer) attributes.get("uid"),
                (Integer) attributes.get("gid"),
                (Integer) attributes.get("nlink"));
    }

    public boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    public boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    public boolean isSymbolicLink() {
        return (mode & TYPE) == SYMBOLIC_LINK;
    }

    public boolean isFifo() {
        return (mode & TYPE) == FIFO;
    }

    String typeName() {
        return isDirectory() ? "directory" : isSymbolicLink() ? "symbolic link" : "file";
    }

    /** Whether it is the same file, whatever else has changed. */
    public boolean isSameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }
}
