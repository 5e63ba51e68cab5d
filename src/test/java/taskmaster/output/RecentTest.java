package taskmaster.output;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RecentTest {

    private final Recent recent = new Recent();

    private void add(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        recent.add(bytes, bytes.length);
    }

    private String lines(long count) {
        return new String(recent.lines(count), US_ASCII);
    }

    @Test
    void countsALastLineWithoutItsEnd() {
        assertEquals("", lines(5));
        add("one\ntwo\nthr");
        assertEquals("", lines(0));
        assertEquals("thr", lines(1));
        assertEquals("two\nthr", lines(2));
        assertEquals("one\ntwo\nthr", lines(9));
        add("ee\n");
        assertEquals("three\n", lines(1));
    }

    @Test
    void beginsWithAWholeLineWhenTheFirstIsNoLongerThere() {
        add("x".repeat(Recent.MOST));
        assertEquals(Recent.MOST, lines(9).length(), "where there is no line at all");
        add("yyy\nz\n");
        assertEquals("z\n", lines(9));
    }

    @Property
    void keepsTheEndOfWhatCame(
            @ForAll @IntRange(min = 1, max = 40_000) int first,
            @ForAll @IntRange(min = 1, max = 40_000) int second) {
        Recent one = new Recent();
        byte[] all = new byte[first + second];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) ('a' + i % 26);
        }
        one.add(all, first);
        byte[] rest = java.util.Arrays.copyOfRange(all, first, all.length);
        one.add(rest, second);
        byte[] kept = one.lines(1);
        assertEquals(Math.min(all.length, Recent.MOST), kept.length);
        assertTrue(
                java.util.Arrays.equals(
                        kept,
                        java.util.Arrays.copyOfRange(all, all.length - kept.length, all.length)));
    }
}
