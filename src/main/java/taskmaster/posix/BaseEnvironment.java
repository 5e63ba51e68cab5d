package taskmaster.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The environment that the daemon was started with, as the bytes it was, so that what is not UTF-8
 * reaches the children unharmed. Immutable.
 */
public final class BaseEnvironment {

    private static final Path OWN = Path.of("/proc/self/environ");

    /** {@code NAME=value} entries, each with a NUL after it. */
    private final byte[] block;

    /** Where each entry begins. */
    private final int[] starts;

    /** The name of each entry; empty where it has none, and then nothing replaces it. */
    private final List<String> names;

    private BaseEnvironment(byte[] block, int[] starts, List<String> names) {
        this.block = block;
        this.starts = starts;
        this.names = names;
    }

    /** Our own, without the names given. To be read before the process becomes another user. */
    public static BaseEnvironment read(Set<String> without) throws IOException {
        return of(Files.readAllBytes(OWN), without);
    }

    /** The same with one more entry, whose name it does not have yet. */
    public BaseEnvironment with(String name, String value) {
        byte[] entry = (name + "=" + value).getBytes(StandardCharsets.UTF_8);
        byte[] entries = Arrays.copyOf(block, block.length + entry.length);
        System.arraycopy(entry, 0, entries, block.length, entry.length);
        return of(entries, Set.of());
    }

    /** From a block of entries with a NUL between or after them. */
    static BaseEnvironment of(byte[] entries, Set<String> without) {
        byte[] block = new byte[entries.length + 1];
        int length = 0;
        List<Integer> starts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int start = 0;
        while (start < entries.length) {
            int end = indexOf(entries, (byte) 0, start);
            String name = name(entries, start, end);
            if (end > start && (name.isEmpty() || !without.contains(name))) {
                starts.add(length);
                names.add(name);
                System.arraycopy(entries, start, block, length, end - start);
                length += end - start + 1;
            }
            start = end + 1;
        }
        int[] offsets = new int[starts.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = starts.get(i);
        }
        return new BaseEnvironment(Arrays.copyOf(block, length), offsets, List.copyOf(names));
    }

    private static String name(byte[] entries, int start, int end) {
        int equals = Math.min(indexOf(entries, (byte) '=', start), end);
        return equals == end
                ? ""
                : new String(entries, start, equals - start, StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) {
        int i = from;
        while (i < bytes.length && bytes[i] != wanted) {
            i++;
        }
        return i;
    }

    int size() {
        return starts.length;
    }

    String name(int entry) {
        return names.get(entry);
    }

    int start(int entry) {
        return starts[entry];
    }

    byte[] block() {
        return block;
    }
}
