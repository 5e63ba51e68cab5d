package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Up to where a path can be trusted. */
class TrustedPathTest {

    private static final int STRANGER = 65_534;

    @TempDir Path temporary;
    private int uid;

    @BeforeEach
    void whoWeAre() throws Exception {
        temporary = temporary.toRealPath();
        uid = Spawning.POSIX.effectiveUid();
    }

    private Path directory(String name, String permissions) throws IOException {
        Path path = Files.createDirectories(temporary.resolve(name));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        return path;
    }

    private Path sticky(String name) throws Exception {
        Path path = directory(name, "rwxrwxrwx");
        Commands.output(java.util.List.of("chmod", "1777", path.toString()));
        return path;
    }

    private static void giveAway(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
    }

    private static TrustedPath trusted(Path path) {
        return new TrustedPath(path.toString(), TrustedPath.Guard.NONE, Optional.empty());
    }

    private void assertPath(TrustedPath.Guard guard, Path real, Path path) throws IOException {
        TrustedPath found = TrustedPath.of(path, uid);
        assertEquals(guard, found.guard(), found::toString);
        assertEquals(real.toString(), found.real());
    }

    private void assertDoubt(String what, String remedy, Path path) throws IOException {
        TrustedPath found = TrustedPath.of(path, uid);
        assertEquals(Optional.of(new TrustedPath.Doubt(what, remedy)), found.doubt());
    }

    @Test
    void trustsOurDirectoriesAndFilesStillToBeMadeInThem() throws Exception {
        Path file = directory("a/b", "rwxr-xr-x").resolve("log");
        assertEquals(trusted(file), TrustedPath.of(file, uid));
        Files.writeString(file, "");
        assertEquals(trusted(file), TrustedPath.of(file, uid));
        assertEquals(trusted(Path.of("/")), TrustedPath.of(Path.of("/"), uid));
    }

    @Test
    void trustsNoNameInADirectoryThatOthersWrite() throws Exception {
        Path open = directory("open", "rwxrwxrwx");
        assertPath(TrustedPath.Guard.NAME, open.resolve("x"), open.resolve("x"));
        assertPath(TrustedPath.Guard.PATH, open.resolve("x/y"), open.resolve("x/y"));
        assertDoubt(
                "others may write to the directory \"" + open + "\" (mode 0777)",
                "chmod go-w " + open,
                open.resolve("x"));
    }

    @Test
    void aDirectoryFarUpCounts() throws Exception {
        Path deep = directory("open/ours/deep", "rwxr-xr-x");
        Path open = directory("open", "rwxrwxrwx");
        assertPath(TrustedPath.Guard.PATH, deep.resolve("log"), deep.resolve("log"));
        assertDoubt(
                "others may write to the directory \"" + open + "\" (mode 0777)",
                "chmod go-w " + open,
                deep.resolve("log"));
    }

    @Test
    void trustsNoDirectoryOfAnotherUser() throws Exception {
        Commands.needsRoot();
        Path theirs = directory("theirs", "rwxr-xr-x");
        giveAway(theirs);
        assertPath(TrustedPath.Guard.PATH, theirs.resolve("a/log"), theirs.resolve("a/log"));
        assertDoubt(
                "the directory \"" + theirs + "\" belongs to uid 65534",
                "use a directory of root's, such as /etc/taskmaster",
                theirs.resolve("log"));
        assertEquals(
                trusted(theirs.resolve("log")),
                TrustedPath.of(theirs.resolve("log"), STRANGER),
                "its own user trusts it");
    }

    @Test
    void aGroupThatWritesCountsUnlessItIsRoots() throws Exception {
        Commands.needsRoot();
        Path shared = directory("shared", "rwxrwxr-x");
        assertPath(TrustedPath.Guard.NONE, shared.resolve("x"), shared.resolve("x"));
        Files.setAttribute(shared, "unix:gid", 4242);
        assertPath(TrustedPath.Guard.NAME, shared.resolve("x"), shared.resolve("x"));
    }

    @Test
    void followsLinksInTrustedDirectories() throws Exception {
        Path data = directory("data/log", "rwxr-xr-x");
        Path open = directory("data/log/open", "rwxrwxrwx");
        Path var = directory("var", "rwxr-xr-x");
        Files.createSymbolicLink(var.resolve("log"), data);
        Files.createSymbolicLink(var.resolve("up"), Path.of("../data/./log"));
        assertPath(TrustedPath.Guard.NONE, var.resolve("log/x"), var.resolve("log/x"));
        assertPath(TrustedPath.Guard.NAME, open.resolve("x"), var.resolve("log/open/x"));
        assertPath(TrustedPath.Guard.PATH, open.resolve("y/x"), var.resolve("up/open/y/x"));
    }

    @Test
    void aLinkIntoADirectoryOfOthersIsFollowedUpToThere() throws Exception {
        Path open = directory("open", "rwxrwxrwx");
        Path ours = directory("ours", "rwxr-xr-x");
        Files.createSymbolicLink(ours.resolve("log"), open.resolve("log"));
        assertPath(TrustedPath.Guard.NAME, open.resolve("log"), ours.resolve("log"));
    }

    @Test
    void aStickyDirectoryKeepsWhatIsOurs() throws Exception {
        Path sticky = sticky("sticky");
        Path ours = directory("sticky/ours", "rwxr-xr-x");
        assertPath(TrustedPath.Guard.NONE, ours.resolve("x"), ours.resolve("x"));
        // The file itself could be gone when it is opened, and somebody else's in its place.
        Path file = Files.writeString(sticky.resolve("file"), "");
        assertPath(TrustedPath.Guard.NAME, file, file);
        assertEquals(Optional.empty(), TrustedPath.of(file, uid).doubt());
        assertPath(TrustedPath.Guard.NAME, sticky.resolve("new"), sticky.resolve("new"));
        assertEquals(Optional.empty(), TrustedPath.of(sticky.resolve("new"), uid).doubt());
        assertPath(TrustedPath.Guard.PATH, sticky.resolve("new/x"), sticky.resolve("new/x"));
    }

    @Test
    void aStickyDirectoryMayHoldLinksOfAnybody() throws Exception {
        Path sticky = sticky("sticky");
        Path ours = directory("ours", "rwxr-xr-x");
        Path link = Files.createSymbolicLink(sticky.resolve("link"), ours);
        assertPath(TrustedPath.Guard.PATH, link.resolve("x"), link.resolve("x"));
        assertDoubt(
                "the symbolic link \"" + link + "\" is in a directory that others may write to",
                "name what it points to",
                link.resolve("x"));
        Path file = Files.writeString(sticky.resolve("file"), "");
        Files.createLink(ours.resolve("other"), file);
        assertDoubt(
                "the file \"" + file + "\" has 2 names, in a directory that others may write to",
                "if you know what is in it, copy it to a directory of root's",
                file);
    }

    @Test
    void aStickyDirectoryDoesNotMakeOthersFilesOurs() throws Exception {
        Commands.needsRoot();
        sticky("sticky");
        Path theirs = directory("sticky/theirs", "rwxr-xr-x");
        giveAway(theirs);
        assertPath(TrustedPath.Guard.PATH, theirs.resolve("x"), theirs.resolve("x"));
        assertDoubt(
                "the directory \"" + theirs + "\" belongs to uid 65534",
                "use a directory of root's, such as /etc/taskmaster",
                theirs.resolve("x"));
    }

    /** Who gave a file away may have it open for writing; and chown follows a link. */
    @Test
    void givesNoAdviceToTakeOverWhatIsAnothers() throws Exception {
        Commands.needsRoot();
        Path sticky = sticky("sticky");
        Path file = Files.writeString(sticky.resolve("file"), "");
        Path link = Files.createSymbolicLink(sticky.resolve("link"), Path.of("/etc/passwd"));
        for (Path theirs : List.of(file, link)) {
            Files.setAttribute(theirs, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
        }
        assertDoubt(
                "the file \"" + file + "\" belongs to uid 65534",
                "if you know what is in it, copy it to a directory of root's",
                file);
        assertDoubt(
                "the symbolic link \"" + link + "\" belongs to uid 65534",
                "name what it points to",
                link);
    }

    @Test
    void dotsAreWorkedOutWhereNoLinkIsFollowed() throws Exception {
        Path open = directory("open", "rwxrwxrwx");
        Path ours = directory("ours", "rwxr-xr-x");
        assertPath(TrustedPath.Guard.NONE, ours.resolve("../ours/x"), ours.resolve("../ours/x"));
        assertPath(TrustedPath.Guard.NAME, open.resolve("x"), open.resolve("a/../x"));
        // Out of the directory of others: back to where we decide.
        assertPath(TrustedPath.Guard.NONE, temporary.resolve("x"), open.resolve("a/../../x"));
        assertEquals(
                new TrustedPath(open.toString(), TrustedPath.Guard.NAME, Optional.empty()).real(),
                TrustedPath.inside(open.resolve("a/.."), uid).real());
    }

    @Test
    void whatIsNotThereIsNobodysYet() throws Exception {
        Path missing = directory("ours", "rwxr-xr-x").resolve("missing");
        assertPath(TrustedPath.Guard.NONE, missing, missing);
        assertPath(TrustedPath.Guard.PATH, missing.resolve("x"), missing.resolve("x"));
        assertEquals(TrustedPath.Guard.PATH, TrustedPath.inside(missing, uid).guard());
    }

    @Test
    void linksInACircleAreAnError() throws Exception {
        Path link = temporary.resolve("link");
        Files.createSymbolicLink(link, link);
        assertThrows(FileSystemException.class, () -> TrustedPath.of(link.resolve("x"), uid));
    }

    @Test
    void theFileOfADirectoryIsNeverFollowed() throws Exception {
        Path ours = directory("ours", "rwxr-xr-x");
        TrustedPath inside = TrustedPath.inside(ours, uid);
        assertEquals(TrustedPath.Guard.NONE, inside.guard());
        assertEquals(
                new TrustedPath(ours + "/pid", TrustedPath.Guard.NAME, Optional.empty()),
                inside.child("pid"));
        assertEquals(TrustedPath.Guard.NAME, TrustedPath.inside(sticky("sticky"), uid).guard());
    }
}
