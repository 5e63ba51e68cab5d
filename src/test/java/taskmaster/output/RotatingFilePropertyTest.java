package taskmaster.output;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import taskmaster.posix.FileIo;
import taskmaster.posix.Posix;
import taskmaster.posix.TrustedPath;

/** Whatever is written and however it is cut: all of it is in the files, in order. */
final class RotatingFilePropertyTest {

    private final Posix posix = Posix.open();

    /** {@code lengths}: of lines; {@code cuts}: of the pieces that they are written in. */
    @Property(tries = 150)
    void theFilesTogetherAreWhatWasWritten(
            @ForAll @IntRange(min = 1, max = 400) int limit,
            @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 120) Integer> lengths,
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 900) Integer> cuts,
            @ForAll boolean reopening)
            throws Exception {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < lengths.size(); i++) {
            all.append((char) ('a' + i % 26)).append(".".repeat(lengths.get(i)));
            all.append(i + 1 < lengths.size() ? "\n" : "");
        }
        Path directory = Files.createTempDirectory("rotating");
        try (FileIo io = FileIo.open()) {
            FileTools tools = new FileTools(posix, io, () -> 0);
            Path log = directory.resolve("x.log");
            RotationRule rotation = RotationRule.bySize(limit, 100_000);
            RotatingFile file = new RotatingFile(tools, plain(log), rotation, () -> {});
            write(file, all.toString(), cuts, reopening);
            file.close();
            check(directory, log, limit, all.toString());
        } finally {
            try (var files = Files.list(directory)) {
                for (Path one : files.toList()) {
                    Files.delete(one);
                }
            }
            Files.delete(directory);
        }
    }

    /** By pipe and from memory, in turns. */
    private void write(RotatingFile file, String text, List<Integer> cuts, boolean reopening)
            throws IOException {
        int[] pipe = posix.pipe();
        int start = 0;
        for (int turn = 0; start < text.length(); turn++) {
            int end = Math.min(text.length(), start + cuts.get(turn % cuts.size()));
            byte[] bytes = text.substring(start, end).getBytes(US_ASCII);
            if (turn % 3 == 2) {
                assertEquals(bytes.length, file.append(bytes, 0, bytes.length, 0));
            } else {
                posix.writeFully(pipe[1], bytes);
                int left = bytes.length;
                while (left > 0) {
                    left -= file.splice(pipe[0], 1 << 20, 0);
                }
            }
            if (reopening) {
                file.reopen();
            }
            start = end;
        }
        posix.close(pipe[0]);
        posix.close(pipe[1]);
    }

    private void check(Path directory, Path log, int limit, String all) throws IOException {
        Backups backups = new Backups(posix, log.toString());
        StringBuilder found = new StringBuilder();
        for (int number = backups.count(); number >= 1; number--) {
            String text = Files.readString(Path.of(backups.plain(number)), US_ASCII);
            int lastLine = text.lastIndexOf('\n', text.length() - 2) + 1;
            boolean whole = text.endsWith("\n");
            assertTrue(whole || (lastLine == 0 && text.length() == limit), text);
            assertTrue(text.length() <= limit, text);
            found.append(text);
        }
        String last = Files.readString(log, US_ASCII);
        assertTrue(last.length() <= limit, last);
        assertEquals(all, found + last);
        try (var files = Files.list(directory)) {
            assertEquals(backups.count() + 1, files.count());
        }
    }

    private static TrustedPath plain(Path file) {
        TrustedPath.Guard none = TrustedPath.Guard.NONE;
        return new TrustedPath(file.toString(), none, Optional.empty());
    }
}
