package taskmaster.config;

import java.util.List;
import java.util.Optional;
import taskmaster.toml.TomlValue;

/**
 * Reads the keys of {@code [programs.X]} that say how a stream is written: those of stdout begin
 * with {@code stdout_}, those of stderr with {@code stderr_}.
 */
final class OutputReader {

    static final long DEFAULT_MAX_BYTES = 50L << 20;
    static final int DEFAULT_BACKUPS = 10;

    /** Each rotation looks at all of them. */
    private static final int MAX_BACKUPS = 10_000;

    private static final List<String> SUFFIXES =
            List.of("_maxbytes", "_backups", "_onfull", "_mkdir");

    private OutputReader() {}

    /** The keys of one stream. */
    static List<String> keys(String stream) {
        List<String> keys = new java.util.ArrayList<>(SUFFIXES.size());
        for (String suffix : SUFFIXES) {
            keys.add(stream.concat(suffix));
        }
        return keys;
    }

    /** What is written for a stream, without its name; empty: the process writes it itself. */
    static Optional<Launch.Pumped> read(Section section, String stream) {
        long maxBytes = section.bytes(stream + "_maxbytes", DEFAULT_MAX_BYTES);
        int backups = section.integer(stream + "_backups", DEFAULT_BACKUPS, 0, MAX_BACKUPS);
        boolean block = blocks(section, stream + "_onfull");
        boolean makeDirectory = section.bool(stream + "_mkdir", false);
        if (maxBytes == 0 && !makeDirectory && !block) {
            return Optional.empty();
        }
        return Optional.of(new Launch.Pumped("", maxBytes, backups, block, makeDirectory));
    }

    private static boolean blocks(Section section, String key) {
        Optional<TomlValue> value = section.value(key);
        Optional<String> text = value.isEmpty() ? Optional.empty() : section.text(key);
        if (text.isEmpty() || text.get().equals("drop")) {
            return false;
        }
        if (!text.get().equals("block")) {
            section.problem(key, Hints.quote(text.get()) + " is not one of \"drop\", \"block\"");
        }
        return true;
    }

    /** For a stream that goes where stdout goes, its own keys are mistakes. */
    static void refuse(Section section, String stream) {
        for (String key : keys(stream)) {
            if (section.has(key)) {
                section.problem(key, "with redirect_stderr = true stdout's holds: leave it out");
            }
        }
    }

    /** The same for one process. */
    static Launch.Pumped named(Launch.Pumped pumped, ProcessName name, String stream) {
        return new Launch.Pumped(
                name.group() + ":" + name.process() + "." + stream,
                pumped.maxBytes(),
                pumped.backups(),
                pumped.block(),
                pumped.makeDirectory());
    }
}
