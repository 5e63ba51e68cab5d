package taskmaster.output;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class CompressedEndTest {

    @Property(tries = 200)
    void isTheEndWhateverTheLengths(
            @ForAll @IntRange(max = 100_000) int size,
            @ForAll @IntRange(min = 1, max = 100_000) int most,
            @ForAll long seed)
            throws IOException {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        Path file = Files.createTempFile("compressed", ".gz");
        try {
            try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
                out.write(bytes);
            }
            try (FileChannel channel = FileChannel.open(file)) {
                byte[] expected = Arrays.copyOfRange(bytes, Math.max(0, size - most), size);
                assertArrayEquals(expected, CompressedEnd.read(channel, most).orElseThrow());
            }
        } finally {
            Files.delete(file);
        }
    }
}
