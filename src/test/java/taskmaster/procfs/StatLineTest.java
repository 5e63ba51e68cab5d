package taskmaster.procfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import taskmaster.testing.FakeProc;

class StatLineTest {

    private final StatLine stat = new StatLine();

    private boolean read(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return stat.read(bytes, bytes.length);
    }

    @Property(tries = 300)
    void readsTheFieldsWhateverTheProgramIsCalled(
            @ForAll String name, @ForAll int session, @ForAll("ticks") long ticks) {
        assertTrue(read(FakeProc.line(77, name, 'R', session, ticks, ticks + 1, ticks + 2)));
        assertEquals(session, stat.session());
        assertEquals(ticks, stat.start());
        assertEquals(ticks + 1, stat.ownTicks());
        assertEquals(ticks + 2, stat.childrenTicks());
        assertEquals(3, stat.threads());
        assertEquals(5, stat.residentPages());
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<Long> ticks() {
        return net.jqwik.api.Arbitraries.longs().between(0, 1L << 60);
    }

    @Property(tries = 300)
    void aLineThatWasCutIsNone(@ForAll @net.jqwik.api.constraints.IntRange(max = 70) int length) {
        String line = FakeProc.line(77, "name", 'R', 77, 1, 2, 3);
        byte[] bytes = line.getBytes(UTF_8);
        Assume.that(length <= line.indexOf(" 5 18446744")); // the last field that is read
        assertFalse(stat.read(bytes, length), () -> line.substring(0, length));
    }

    @Property(tries = 300)
    void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
        byte[] copy = bytes.clone();
        if (stat.read(copy, copy.length)) {
            assertTrue(copy.length > 40);
        }
    }

    @Test
    void readsThisProcess() throws Exception {
        byte[] line = Files.readAllBytes(Path.of("/proc/self/stat"));
        assertTrue(stat.read(line, line.length));
        assertTrue(stat.threads() > 1);
        assertTrue(stat.ownTicks() > 0);
        assertTrue(stat.residentPages() > 1000);
    }
}
