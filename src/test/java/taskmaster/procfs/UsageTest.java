package taskmaster.procfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.posix.ProcFiles;
import taskmaster.testing.FakeProc;

/** On a /proc of the test's own: a hundred ticks are a second of CPU. */
class UsageTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Usage.Machine MACHINE = new Usage.Machine(4096, 4);
    private static final double CLOSE = 1e-9;

    @TempDir Path temporary;
    private FakeProc fake;
    private ProcFiles proc;
    private final int[] leaders = {10, 50};

    @BeforeEach
    void open() throws Exception {
        fake = new FakeProc(temporary);
        proc = ProcFiles.open(fake.root());
        fake.put(10, 10, 100, 1000, 0).put(50, 50, 100, 5000, 0);
        // Of nobody's session.
        fake.put(20, 1, 100, 777, 777);
    }

    @AfterEach
    void close() {
        proc.close();
    }

    private Scan scan(long second) {
        return Scan.take(proc, leaders, second * SECOND);
    }

    private Usage between(Scan before, Scan now) {
        return new Usage(Optional.of(before), now, leaders, MACHINE);
    }

    private double cpu(Scan before, Scan now) {
        return between(before, now).of(50).orElseThrow().cpu();
    }

    @Test
    void theFirstLookHasNoCpu() {
        Figures figures =
                new Usage(Optional.empty(), scan(1), leaders, MACHINE).of(50).orElseThrow();
        assertEquals(new Figures(-1, 5 * 4096, 3, 1), figures);
    }

    @Test
    void addsUpTheSession() throws Exception {
        fake.put(51, 50, 200, 10, 0);
        Scan before = scan(1);
        fake.put(50, 50, 100, 5040, 0).put(51, 50, 200, 20, 0);
        Scan now = scan(3);
        assertEquals(
                new Figures(25, 2 * 5 * 4096, 6, 2), between(before, now).of(50).orElseThrow());
        assertEquals(0, between(before, now).of(10).orElseThrow().cpu());
    }

    @Test
    void whatAnEndedMemberUsedIsNotLost() throws Exception {
        fake.put(51, 50, 200, 300, 0);
        Scan before = scan(1);
        // It used 20 more and ended; another one began and ended in between with 30.
        fake.remove(51);
        fake.put(50, 50, 100, 5000, 350);
        assertEquals(50, cpu(before, scan(2)), CLOSE);
    }

    @Test
    void whatNobodyWaitedForDoesNotHideWhatTheLivingUsed() throws Exception {
        fake.put(51, 50, 200, 90_000, 0);
        Scan before = scan(1);
        fake.remove(51);
        fake.put(50, 50, 100, 5060, 0);
        assertEquals(60, cpu(before, scan(2)), CLOSE);
    }

    @Test
    void whatComesInALumpIsAtMostAllCores() throws Exception {
        Scan before = scan(1);
        fake.put(50, 50, 100, 5000, 1_000_000);
        assertEquals(400, cpu(before, scan(2)), CLOSE);
        assertEquals(0, between(before, scan(2)).withoutChildren(50).orElseThrow().cpu());
    }

    @Test
    void aPidThatWasReusedIsCountedAnew() throws Exception {
        Scan before = scan(1);
        // Another process: it started later, and all that it used it used since then.
        fake.put(50, 50, 150, 30, 0);
        assertEquals(30, cpu(before, scan(2)), CLOSE);
        // And one that would have used less than nothing.
        Scan reused = scan(2);
        fake.put(50, 50, 180, 5, 0);
        assertEquals(5, cpu(reused, scan(3)), CLOSE);
    }

    @Test
    void aMemberWhosePidWasReusedIsCountedAnew() throws Exception {
        fake.put(51, 50, 200, 40, 0);
        Scan before = scan(1);
        fake.put(51, 50, 201, 10, 0);
        fake.put(50, 50, 100, 5000, 40);
        assertEquals(10, cpu(before, scan(2)), CLOSE);
    }

    @Test
    void whoHasGoneHasNoFigures() throws Exception {
        Scan before = scan(1);
        fake.remove(50);
        assertTrue(between(before, scan(2)).of(50).isEmpty());
        assertTrue(between(before, scan(2)).of(4711).isEmpty());
        assertTrue(between(before, scan(2)).of(10).isPresent());
    }

    @Test
    void countsDescriptorsWhereAllCanBeRead() throws Exception {
        fake.descriptors(10, 3).descriptors(50, 4).put(51, 50, 1, 1, 1);
        var counts = between(scan(1), scan(2)).descriptors(proc);
        assertTrue(counts[0].isPresent());
        assertTrue(counts[1].isEmpty(), "51 has no directory");
    }

    @Test
    void looksAtLeadersOnlyWhereThereAreTooManyProcesses() throws Exception {
        fake.put(51, 50, 200, 10, 0);
        Scan whole = scan(1);
        assertTrue(whole.isWhole());
        for (int pid = 100; pid <= 100 + Scan.MOST; pid++) {
            Files.createDirectory(temporary.resolve(Integer.toString(pid)));
        }
        Scan partly = scan(2);
        assertFalse(partly.isWhole());
        assertEquals(2, partly.size());
        Figures figures = between(whole, partly).of(50).orElseThrow();
        assertEquals(1, figures.processes());
        assertEquals(-1, figures.cpu(), "the two cannot be compared");
    }

    @Test
    void readsThisProcess() throws Exception {
        int self = Math.toIntExact(ProcessHandle.current().pid());
        int[] us = {self};
        try (ProcFiles real = ProcFiles.open("/proc")) {
            Scan before = Scan.take(real, us, System.nanoTime());
            assertTrue(before.size() > 1);
            byte[] work = new byte[1 << 16];
            long deadline = System.nanoTime() + 20 * SECOND;
            double cpu = 0;
            while (cpu == 0 && System.nanoTime() < deadline) {
                Arrays.fill(work, (byte) System.nanoTime());
                Scan now = Scan.take(real, us, System.nanoTime());
                cpu =
                        new Usage(Optional.of(before), now, us, MACHINE)
                                .withoutChildren(self)
                                .orElseThrow()
                                .cpu();
            }
            assertTrue(cpu > 0);
        }
    }
}
