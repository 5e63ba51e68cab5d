package taskmaster.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskmaster.testing.FakeProc;
import taskmaster.testing.Procfs;

class ProcFilesTest {

    private final int self = Math.toIntExact(ProcessHandle.current().pid());
    private final byte[] line = new byte[ProcFiles.STAT_BYTES];

    @TempDir Path temporary;

    @Test
    void readsTheProcessesThatThereAre() throws Exception {
        try (ProcFiles proc = ProcFiles.open("/proc")) {
            int[] pids = proc.pids();
            int[] sorted = pids.clone();
            Arrays.sort(sorted);
            assertArrayEquals(sorted, pids);
            assertTrue(Arrays.binarySearch(pids, self) >= 0);
            int length = proc.stat(self, line);
            String text = new String(line, 0, length, UTF_8);
            assertTrue(text.startsWith(self + " ("), text);
            assertTrue(text.endsWith("\n"), text);
        }
    }

    @Test
    void listsMoreProcessesThanOneReadOfTheDirectoryHolds() throws Exception {
        var fake = new FakeProc(temporary);
        for (int pid = 1; pid <= 3000; pid++) {
            Files.createDirectory(temporary.resolve(Integer.toString(pid)));
        }
        Files.createDirectory(temporary.resolve("sys"));
        Files.createDirectory(temporary.resolve("12x"));
        Files.createDirectory(temporary.resolve("99999999999"));
        try (ProcFiles proc = ProcFiles.open(fake.root())) {
            int[] pids = proc.pids();
            assertEquals(3000, pids.length);
            assertEquals(1, pids[0]);
            assertEquals(3000, pids[2999]);
        }
    }

    @Test
    void countsDescriptorsAndLeavesNoneBehind() throws Exception {
        int before = Procfs.descriptors(self).size();
        try (ProcFiles proc = ProcFiles.open("/proc")) {
            int open = proc.descriptors(self);
            assertTrue(open > 3);
            int[] pipe = Posix.open().pipe();
            assertEquals(open + 2, proc.descriptors(self));
            Posix.open().close(pipe[0]);
            Posix.open().close(pipe[1]);
            proc.pids();
            proc.stat(self, line);
            assertEquals(open, proc.descriptors(self));
        }
        assertEquals(before, Procfs.descriptors(self).size());
    }

    @Test
    void countsTheEntriesWhereTheKernelDoesNotTell() throws Exception {
        new FakeProc(temporary).put(7, 7, 1, 1, 1).descriptors(7, 5);
        try (ProcFiles proc = ProcFiles.open(temporary.toString())) {
            assertEquals(5, proc.descriptors(7));
        }
    }

    @Test
    void whatIsNotThereIsNoError() throws Exception {
        try (ProcFiles proc = ProcFiles.open("/proc")) {
            assertEquals(-1, proc.stat(Integer.MAX_VALUE, line));
            assertEquals(-1, proc.descriptors(Integer.MAX_VALUE));
        }
        assertEquals(
                Errno.ENOENT,
                assertThrows(ErrnoException.class, () -> ProcFiles.open("/nothing")).errno());
    }

    @Test
    void knowsTheSizeOfAPage() {
        assertEquals(0, ProcFiles.pageBytes() % 4096);
        assertTrue(ProcFiles.pageBytes() > 0);
    }
}
