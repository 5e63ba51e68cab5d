package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another user makes names change places as fast as it can, while we open files by them. So many
 * times that an opening in the wrong moment would show, and never may what is outside be touched.
 */
class SwappedNamesTest {

    private static final int NOBODY = 65_534;
    private static final int OPENINGS = 3000;
    private static final int CHILDREN = 300;

    @TempDir Path temporary;

    private Path outside;
    private Path secret;
    private Path theirs;
    private Process attacker;

    @BeforeEach
    void makeWhatIsTheirsAndWhatIsNot() throws Exception {
        Commands.needsRoot();
        temporary = temporary.toRealPath();
        Commands.openDirectory(temporary, ".");
        outside = Commands.openDirectory(temporary, "outside");
        secret = Files.writeString(outside.resolve("log"), "precious");
        theirs = Commands.openDirectory(temporary, "theirs");
        giveAway(theirs);
    }

    @AfterEach
    void endTheAttack() throws Exception {
        if (attacker != null) {
            boolean attacked = attacker.isAlive();
            attacker.destroyForcibly();
            assertTrue(attacker.waitFor(60, TimeUnit.SECONDS));
            assertTrue(attacked, "the attack ended before its time");
        }
    }

    private static void giveAway(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", NOBODY, LinkOption.NOFOLLOW_LINKS);
    }

    private void attack(Path one, Path other) throws Exception {
        Path program = Commands.compile("swap-names", temporary);
        attacker =
                new ProcessBuilder(
                                program.toString(),
                                Integer.toString(NOBODY),
                                one.toString(),
                                other.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader said = attacker.inputReader(StandardCharsets.UTF_8);
        assertEquals("ready", said.readLine());
    }

    /** A directory of theirs changes places with a link to the one outside. */
    private Path swappedDirectory() throws Exception {
        Path directory = Files.createDirectory(theirs.resolve("directory"));
        giveAway(directory);
        Path link = Files.createSymbolicLink(theirs.resolve("link"), outside);
        attack(directory, link);
        return directory;
    }

    /** A file of ours, in their directory, changes places with a link to the one outside. */
    private Path swappedFile() throws Exception {
        Path file = Files.writeString(theirs.resolve("log"), "");
        Path link = Files.createSymbolicLink(theirs.resolve("link"), secret);
        attack(file, link);
        return file;
    }

    private void assertNothingTouched() throws IOException {
        assertEquals("precious", Files.readString(secret));
        assertEquals(List.of("log"), Arrays.asList(outside.toFile().list()));
    }

    private interface Opening {
        FileChannel open(Path path) throws IOException;
    }

    /** Opens for writing; returns how often that could be done. */
    private int openMany(Path path, Opening opening) throws IOException {
        int opened = 0;
        for (int i = 0; i < OPENINGS; i++) {
            try (FileChannel channel = opening.open(path)) {
                channel.write(ByteBuffer.wrap(new byte[] {'!'}));
                opened++;
            } catch (IOException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
        }
        assertNothingTouched();
        return opened;
    }

    private void everyWayOfOpening(Path path) throws IOException {
        SafeFiles files = new SafeFiles(Spawning.POSIX);
        int opened = openMany(path, files::openForAppending);
        opened += openMany(path, file -> files.openOwn(file, 0644).channel());
        opened +=
                openMany(
                        path, file -> files.openExisting(file, StandardOpenOption.WRITE).channel());
        assertTrue(opened > 0, "an attack that lets nothing through shows nothing");
        assertTrue(opened < 3 * OPENINGS, "an attack that nobody notices shows nothing");
    }

    private void everyChild(Path path, TrustedPath.Guard guard) throws Exception {
        Spawner spawner = Spawning.spawner();
        int started = 0;
        OutputPlan output = new OutputPlan.Append(path.toString(), guard);
        for (int i = 0; i < CHILDREN; i++) {
            Outcome outcome =
                    Spawning.start(spawner, Spawning.plan("/bin/echo", "!").stdout(output));
            started += outcome instanceof Outcome.Executed ? 1 : 0;
        }
        assertNothingTouched();
        assertTrue(started > 0 && started < CHILDREN, () -> "the attack shows nothing");
    }

    @Test
    void aSwappedDirectoryLeadsTheDaemonNowhere() throws Exception {
        Path directory = swappedDirectory();
        everyWayOfOpening(directory.resolve("log"));
        everyWayOfOpening(directory.resolve("new"));
    }

    @Test
    void aSwappedDirectoryLeadsNoChildAstray() throws Exception {
        everyChild(swappedDirectory().resolve("new"), TrustedPath.Guard.PATH);
    }

    @Test
    void aSwappedFileLeadsTheDaemonNowhere() throws Exception {
        everyWayOfOpening(swappedFile());
    }

    @Test
    void aSwappedFileLeadsNoChildAstray() throws Exception {
        everyChild(swappedFile(), TrustedPath.Guard.NAME);
    }
}
