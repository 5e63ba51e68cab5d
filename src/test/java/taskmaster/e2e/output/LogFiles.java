package taskmaster.e2e.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The files of one log. */
final class LogFiles {

    private LogFiles() {}

    /** The oldest first. */
    static List<Path> all(Path log) {
        List<Path> files = new ArrayList<>();
        for (int i = 1; Files.exists(Path.of(log + "." + i)); i++) {
            files.add(0, Path.of(log + "." + i));
        }
        if (Files.exists(log)) {
            files.add(log);
        }
        return files;
    }

    /** While they are being rotated, too: each file once, by its inode, or not at all. */
    static long size(Path log) throws IOException {
        Map<Object, Long> sizes = new HashMap<>();
        for (Path file : all(log)) {
            try {
                Map<String, Object> found = Files.readAttributes(file, "unix:ino,size");
                sizes.put(found.get("ino"), (Long) found.get("size"));
            } catch (NoSuchFileException e) {
                // It has another name by now.
            }
        }
        long size = 0;
        for (long one : sizes.values()) {
            size += one;
        }
        return size;
    }

    static byte[] bytes(Path log) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Path file : all(log)) {
            bytes.write(Files.readAllBytes(file));
        }
        return bytes.toByteArray();
    }

    static List<String> lines(Path log) throws IOException {
        return new String(bytes(log), StandardCharsets.US_ASCII).lines().toList();
    }

    /** The lines of flood-stdout, each once and in their order, from this number on. */
    static void assertLines(List<String> lines, long first, int length) {
        long next = first;
        for (String line : lines) {
            assertEquals(length - 1, line.length(), line);
            assertEquals(next, Long.parseLong(line.substring(0, 12)), line);
            next++;
        }
    }

    /** None is larger, and every one ends with a line. */
    static void assertRotated(Path log, long limit) throws IOException {
        for (Path file : all(log)) {
            byte[] bytes = Files.readAllBytes(file);
            assertTrue(bytes.length <= limit, file + " has " + bytes.length);
            assertEquals('\n', bytes[bytes.length - 1], file::toString);
        }
    }
}
