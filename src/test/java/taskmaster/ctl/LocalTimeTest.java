package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalInt;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class LocalTimeTest {

    private static final DateTimeFormatter AS_SUPERVISORCTL =
            DateTimeFormatter.ofPattern("MMM dd hh:mm a", Locale.ENGLISH);

    @Property
    void printsWhatJavaTimePrints(
            @ForAll @LongRange(min = 0, max = 7_258_118_399L) long second,
            @ForAll @IntRange(min = -18 * 3600, max = 18 * 3600) int offset) {
        String since = Instant.ofEpochSecond(second) + "";
        String expected =
                LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.ofTotalSeconds(offset))
                        .format(AS_SUPERVISORCTL);
        assertEquals(expected, LocalTime.of(since, at -> offset));
    }

    @Example
    void printsAsSupervisorctl() {
        assertEquals("Nov 22 01:35 PM", LocalTime.of("2026-11-22T13:35:08.123Z", at -> 0));
        assertEquals("Jan 01 12:00 AM", LocalTime.of("2026-12-31T22:00:00.000Z", at -> 7200));
        assertEquals("Feb 29 12:59 PM", LocalTime.of("2028-02-29T12:59:59Z", at -> 0));
    }

    @Example
    void leavesAloneWhatIsNoTime() {
        for (String text : new String[] {"", "yesterday", "2026-11-22T13:35:0x.123Z"}) {
            assertEquals(text, LocalTime.of(text, at -> 0));
        }
    }

    /** A zone file in the making: transitions at 0 and 1000, types of +0, +3600 and -7200. */
    private static byte[] zoneFile(String footer) {
        var bytes = java.nio.ByteBuffer.allocate(500);
        header(bytes, 0, 1, 4);
        bytes.put(new byte[6 + 4]);
        header(bytes, 2, 3, 4);
        bytes.putLong(0).putLong(1000);
        bytes.put((byte) 1).put((byte) 2);
        bytes.putInt(0).put(new byte[2]);
        bytes.putInt(3600).put(new byte[2]);
        bytes.putInt(-7200).put(new byte[2]);
        bytes.put(new byte[4]);
        bytes.put(("\n" + footer + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static void header(java.nio.ByteBuffer bytes, int times, int types, int chars) {
        bytes.put(new byte[] {'T', 'Z', 'i', 'f', '2'}).put(new byte[15]);
        bytes.putInt(0).putInt(0).putInt(0).putInt(times).putInt(types).putInt(chars);
    }

    @Example
    void readsAZoneFile() {
        byte[] file = zoneFile("<-02>2");
        assertEquals(OptionalInt.of(0), UserZone.in(file, -1));
        assertEquals(OptionalInt.of(3600), UserZone.in(file, 0));
        assertEquals(OptionalInt.of(3600), UserZone.in(file, 999));
        assertEquals(OptionalInt.of(-7200), UserZone.in(file, 1000));
    }

    @Example
    void leavesTimesUnderARuleToTheJdk() {
        byte[] file = zoneFile("CET-1CEST,M3.5.0,M10.5.0/3");
        assertEquals(OptionalInt.of(3600), UserZone.in(file, 999));
        assertEquals(OptionalInt.empty(), UserZone.in(file, 1000));
    }

    @Property
    void survivesEveryFile(@ForAll @Size(max = 60) @ByteRange byte[] tail, @ForAll long at) {
        byte[] whole = zoneFile("UTC0");
        int cut = Math.min(whole.length, tail.length * 4);
        byte[] file = java.util.Arrays.copyOf(whole, cut + tail.length);
        System.arraycopy(tail, 0, file, cut, tail.length);
        assertTrue(Math.abs(UserZone.in(file, at).orElse(0)) <= 26 * 3600);
    }

    @Example
    void agreesWithTheJdkOnTheZonesOfThisHost() throws Exception {
        for (String zone : new String[] {"Europe/Paris", "America/New_York", "Asia/Kolkata"}) {
            Path file = Path.of("/usr/share/zoneinfo", zone);
            if (!Files.exists(file)) {
                continue;
            }
            byte[] bytes = Files.readAllBytes(file);
            for (long at = 1_000_000_000; at < 1_900_000_000; at += 5_000_011) {
                OptionalInt offset = UserZone.in(bytes, at);
                if (offset.isPresent()) {
                    int expected =
                            ZoneId.of(zone)
                                    .getRules()
                                    .getOffset(Instant.ofEpochSecond(at))
                                    .getTotalSeconds();
                    assertEquals(expected, offset.getAsInt(), zone + " at " + at);
                }
            }
        }
    }
}
