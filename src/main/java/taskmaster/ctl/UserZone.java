package taskmaster.ctl;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.TimeZone;

/**
 * The zone of the user, or of the host.
 *
 * <p>Read from the host's own zone file (TZif, RFC 9636), which takes a tenth of the 8 ms that the
 * JDK needs to load its table of all zones. What that does not answer, the JDK does: rules in the
 * style of POSIX ({@code TZ=CET-1CEST}), times after the last change that the file lists, leap
 * seconds.
 */
final class UserZone implements TimeZoneOffset {

    /** RFC 9636 section 3.2: less is a zone, more is a broken file. */
    private static final int MAX_OFFSET = 26 * 3600;

    /** The zone of TZ, or of the host where TZ is not set. */
    @Override
    public int secondsAt(long epochSecond) {
        String zone = System.getenv("TZ");
        OptionalInt offset = inFile(path(zone == null ? "/etc/localtime" : zone), epochSecond);
        return offset.isPresent()
                ? offset.getAsInt()
                : TimeZone.getDefault().getOffset(epochSecond * 1000) / 1000;
    }

    private static String path(String zone) {
        String name = zone.startsWith(":") ? zone.substring(1) : zone;
        return name.startsWith("/") ? name : "/usr/share/zoneinfo/" + name;
    }

    private static OptionalInt inFile(String path, long epochSecond) {
        try (FileInputStream file = new FileInputStream(path)) {
            return in(file.readAllBytes(), epochSecond);
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }

    /** Empty where {@code file} does not say. */
    static OptionalInt in(byte[] file, long epochSecond) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(file);
            int second = 44 + new Counts(bytes, 0).length(4);
            return isZone(bytes, 0) && file[4] >= '2' && isZone(bytes, second)
                    ? inSecondBlock(bytes, second, epochSecond)
                    : OptionalInt.empty();
        } catch (IndexOutOfBoundsException e) {
            return OptionalInt.empty();
        }
    }

    private static boolean isZone(ByteBuffer bytes, int at) {
        return bytes.getInt(at) == 0x545A6966;
    }

    private static OptionalInt inSecondBlock(ByteBuffer bytes, int header, long epochSecond) {
        Counts counts = new Counts(bytes, header);
        int times = header + 44;
        int indexes = times + counts.times * 8;
        int types = indexes + counts.times;
        int changes = 0;
        while (changes < counts.times && bytes.getLong(times + changes * 8) <= epochSecond) {
            changes++;
        }
        if (counts.leaps > 0
                || (changes == counts.times && rules(bytes, times + counts.length(8)))) {
            return OptionalInt.empty();
        }
        int type = changes == 0 ? 0 : bytes.get(indexes + changes - 1) & 0xFF;
        int offset = bytes.getInt(types + type * 6);
        return offset >= -MAX_OFFSET && offset <= MAX_OFFSET
                ? OptionalInt.of(offset)
                : OptionalInt.empty();
    }

    /** Whether the offset changes after the last listed time: the footer then has a comma. */
    private static boolean rules(ByteBuffer bytes, int footer) {
        for (int i = footer; i < bytes.limit(); i++) {
            if (bytes.get(i) == ',') {
                return true;
            }
        }
        return false;
    }

    /** The part of a header that is needed here; 44 bytes, the counts begin at 20. */
    private static final class Counts {
        private final int utcFlags;
        private final int standardFlags;
        private final int leaps;
        private final int times;
        private final int types;
        private final int chars;

        private Counts(ByteBuffer bytes, int header) {
            utcFlags = bytes.getInt(header + 20);
            standardFlags = bytes.getInt(header + 24);
            leaps = bytes.getInt(header + 28);
            times = bytes.getInt(header + 32);
            types = bytes.getInt(header + 36);
            chars = bytes.getInt(header + 40);
        }

        /** Of the data after the header; times take {@code width} bytes. */
        private int length(int width) {
            return times * (width + 1)
                    + types * 6
                    + chars
                    + leaps * (width + 4)
                    + standardFlags
                    + utcFlags;
        }
    }
}
