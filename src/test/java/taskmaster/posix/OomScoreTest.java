package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who is killed when memory runs out. This very process is changed, from 300 downwards, which every
 * user may.
 */
final class OomScoreTest {

    private static final Path OURS = Path.of("/proc/self/oom_score_adj");

    private String before;

    @BeforeEach
    void beEasyToKill() throws IOException {
        before = own();
        Files.writeString(OURS, "300");
    }

    @AfterEach
    void beAsBefore() throws IOException {
        Files.writeString(OURS, before);
    }

    private static String own() throws IOException {
        return Files.readString(OURS).strip();
    }

    private static void awaitNobodyOnTheWay(Spawner spawner) {
        long deadline = System.nanoTime() + Spawning.LONG.toNanos();
        while (spawner.lookAfterStarts() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
    }

    @Test
    void oursIsLowAndThatOfChildrenIsAsItWas(@TempDir Path temporary) throws Exception {
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        Spawner spawner = Spawning.spawner();
        spawner.lowerOomScore(-900);
        String low = own();
        assertTrue(low.equals("-900") || low.equals("0"), low);
        User nobody = Users.byName("nobody").orElseThrow();
        for (int i = 0; i < 20; i++) {
            Path report = temporary.resolve("report" + i);
            Spawning.Plan plan = Spawning.plan("/bin/cat", OURS.toString()).stdout(report);
            Child child = spawner.spawn((i % 2 == 0 ? plan : plan.user(nobody)).build());
            awaitNobodyOnTheWay(spawner);
            assertEquals(low, own());
            assertEquals(new WaitStatus.Exited(0), Spawning.end(child.pid()));
            assertEquals("300", Files.readString(report).strip());
        }
    }

    @Test
    void aChildThatHangsBeforeItsProgramStillGetsWhatItWas(@TempDir Path temporary)
            throws Exception {
        Path fifo = temporary.resolve("fifo");
        Commands.output(java.util.List.of("mkfifo", fifo.toString()));
        Spawner spawner = Spawning.spawner();
        spawner.lowerOomScore(-900);
        String low = own();
        Child hanging =
                spawner.spawn(Spawning.plan("/bin/cat", OURS.toString()).stdout(fifo).build());
        Spawning.run(spawner, Spawning.plan("/bin/true"));
        assertTrue(spawner.lookAfterStarts());
        assertEquals("300", own());

        assertEquals("300", Files.readString(fifo).strip());
        awaitNobodyOnTheWay(spawner);
        assertFalse(spawner.lookAfterStarts());
        assertEquals(low, own());
        assertEquals(new WaitStatus.Exited(0), Spawning.end(hanging.pid()));
    }

    @Test
    void itIsNeverRaised() throws Exception {
        Spawner spawner = Spawning.spawner();
        spawner.lowerOomScore(400);
        assertEquals("300", own());
        Spawning.run(spawner, Spawning.plan("/bin/true"));
        assertEquals("300", own());
    }
}
