package taskmaster.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What report-self printed: a fact a line, {@code key value}. */
public record Facts(List<String> lines) {

    public static Facts read(Path file) throws IOException {
        return new Facts(Files.readAllLines(file));
    }

    /** The value of a key that is there once. */
    public String get(String key) {
        List<String> values = all(key);
        if (values.size() != 1) {
            throw new AssertionError(key + " is there " + values.size() + " times in " + lines);
        }
        return values.getFirst();
    }

    /** The values of a key, in their order. */
    public List<String> all(String key) {
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            if (line.equals(key)) {
                values.add("");
            } else if (line.startsWith(key + " ")) {
                values.add(line.substring(key.length() + 1));
            }
        }
        return values;
    }

    /** The values of all variables of this name. */
    public List<String> variable(String name) {
        List<String> values = new ArrayList<>();
        for (String entry : all("env")) {
            if (entry.startsWith(name + "=")) {
                values.add(entry.substring(name.length() + 1));
            }
        }
        return values;
    }
}
