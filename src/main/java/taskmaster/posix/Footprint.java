package taskmaster.posix;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a JVM that has started small and quiet. Starting touches most of the JVM's code and of its
 * class cache, and the compiler's heap; an idle supervisor needs next to nothing of them. Any
 * thread; nothing here fails loudly, since all works without it.
 */
public final class Footprint {

    /** MADV_DONTNEED: the pages go, and come back from the file when they are touched. */
    private static final int DONTNEED = 4;

    /**
     * How late a timer of the JVM's own threads may fire. Two of them look every five seconds
     * whether there is work (C1 also wakes at once when there is; the other frees spare memory).
     */
    private static final long SLACK_NANOS = 20_000_000_000L;

    private record Range(long start, long length) {}

    private Footprint() {}

    /**
     * Gives back free memory of the C heap, and pages of files that were only read. Some
     * milliseconds.
     */
    public static void shrink() {
        try (NativeCall libc = new NativeCall()) {
            libc.call(NativeCall.symbol("malloc_trim"), 0, 0, 0, 0, 0);
            MemorySegment madvise = NativeCall.symbol("madvise");
            List<Range> ranges = cleanFileMappings();
            // The largest last: it is the JVM's code, or its classes, which the rest of this still
            // needs.
            ranges.sort((a, b) -> Long.compare(a.length(), b.length()));
            for (Range range : ranges) {
                libc.call(madvise, range.start(), range.length(), DONTNEED, 0, 0);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            // No /proc, or not glibc: it stays as large as it is.
            return;
        }
    }

    /**
     * Lets the idle threads of the JVM sleep longer. Takes CAP_SYS_NICE for threads other than the
     * caller's; without it they wake as often as before.
     */
    public static void quieten() {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                String name = Files.readString(thread.resolve("comm"));
                if (name.startsWith("C1 Compiler") || name.startsWith("VM Periodic")) {
                    Path slack = Path.of("/proc").resolve(thread.getFileName());
                    Files.writeString(slack.resolve("timerslack_ns"), Long.toString(SLACK_NANOS));
                }
            }
        } catch (IOException e) {
            // Not allowed, or an older kernel.
            return;
        }
    }

    /**
     * Mappings of libraries and of the class cache that cannot be written and have no page of their
     * own: dropping one that was patched before it was protected would lose the patch.
     */
    private static List<Range> cleanFileMappings() throws IOException {
        List<Range> found = new ArrayList<>();
        try (BufferedReader smaps =
                Files.newBufferedReader(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            String mapping = "";
            for (String line = smaps.readLine(); line != null; line = smaps.readLine()) {
                if (!Character.isUpperCase(line.charAt(0))) {
                    mapping = isDroppable(line) ? line : "";
                } else if (line.startsWith("Anonymous:")) {
                    mapping = line.endsWith(" 0 kB") ? mapping : "";
                } else if (line.startsWith("VmFlags:") && !mapping.isEmpty()) {
                    found.add(range(mapping));
                }
            }
        }
        return found;
    }

    /** {@code 7f00-7f10 r-xp 00000000 08:01 17 /usr/lib/x.so}: files that live as long as we do. */
    private static boolean isDroppable(String mapping) {
        int mode = mapping.indexOf(' ') + 1;
        boolean readOnly = mapping.startsWith("r-", mode);
        return readOnly
                && (mapping.endsWith(".so")
                        || mapping.contains(".so.")
                        || mapping.endsWith(".aot")
                        || mapping.endsWith("/lib/modules"));
    }

    private static Range range(String mapping) {
        int dash = mapping.indexOf('-');
        long start = Long.parseUnsignedLong(mapping.substring(0, dash), 16);
        long end = Long.parseUnsignedLong(mapping.substring(dash + 1, mapping.indexOf(' ')), 16);
        return new Range(start, end - start);
    }
}
