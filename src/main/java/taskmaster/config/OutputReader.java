package taskmaster.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.toml.TomlValue;

/**
 * Reads the keys of {@code [programs.X]} that say where a stream goes and how it is written: {@code
 * stdout} and those that begin with {@code stdout_}, and the same of stderr.
 */
final class OutputReader {

    static final long DEFAULT_MAX_BYTES = 50L << 20;
    static final int DEFAULT_BACKUPS = 10;

    /** Each rotation looks at all of them. */
    static final int MAX_BACKUPS = 10_000;

    private static final List<String> SUFFIXES =
            List.of(
                    "_maxbytes",
                    "_backups",
                    "_rotate",
                    "_compress",
                    "_total",
                    "_onfull",
                    "_mkdir",
                    "_timestamp",
                    "_prefix",
                    "_syslog",
                    "_capture_maxbytes");

    /** An event is held in memory until it is whole. */
    private static final long MAX_CAPTURE = 1 << 20;

    static final Path NOWHERE = Path.of("/dev/null");

    private final LogGuard guard;

    /** {@code uid}: whose files logs are. */
    OutputReader(int uid) {
        guard = new LogGuard(uid);
    }

    /** Where a stream goes, as written, and how it is written there, without its name. */
    record Stream(String key, Optional<TomlValue.Text> path, Optional<Launch.Pumped> pumped) {}

    /** The keys of one stream. */
    static List<String> keys(String stream) {
        List<String> keys = new ArrayList<>(SUFFIXES.size());
        for (String suffix : SUFFIXES) {
            keys.add(stream.concat(suffix));
        }
        return keys;
    }

    /** {@code pumped}: the process cannot write it itself. */
    static Stream read(Section section, String stream, boolean pumped) {
        return new Stream(stream, section.written(stream), pumped(section, stream, pumped));
    }

    /** Empty: the process writes it itself, where it can. */
    private static Optional<Launch.Pumped> pumped(Section section, String stream, boolean pumped) {
        boolean block = word(section, stream + "_onfull", "drop", "block") == 1;
        Launch.Files files = files(section, stream);
        Launch.Lines lines =
                new Launch.Lines(
                        word(section, stream + "_timestamp", "none", "iso") == 1,
                        section.text(stream + "_prefix").orElse(""),
                        section.bool("strip_ansi", false),
                        section.bool(stream + "_syslog", false),
                        capture(section, stream + "_capture_maxbytes"));
        boolean nothing =
                !pumped
                        && files.maxBytes() == 0
                        && files.rotate() == Launch.Rotate.NEVER
                        && !files.makeDirectory()
                        && !block
                        && lines.equals(Launch.Lines.PLAIN);
        return nothing
                ? Optional.empty()
                : Optional.of(new Launch.Pumped("", "", files, block, lines));
    }

    private static Launch.Files files(Section section, String stream) {
        int rotate = word(section, stream + "_rotate", "never", "hourly", "daily");
        Launch.Rotate timely = rotate == 1 ? Launch.Rotate.HOURLY : Launch.Rotate.DAILY;
        Launch.Files files =
                new Launch.Files(
                        section.bytes(stream + "_maxbytes", DEFAULT_MAX_BYTES),
                        section.integer(stream + "_backups", DEFAULT_BACKUPS, 0, MAX_BACKUPS),
                        rotate == 0 ? Launch.Rotate.NEVER : timely,
                        word(section, stream + "_compress", "none", "gzip") == 1,
                        section.bytes(stream + "_total", 0),
                        section.bool(stream + "_mkdir", false));
        if (files.totalBytes() > 0 && files.maxBytes() == 0) {
            section.problem(stream + "_total", "needs a " + stream + "_maxbytes, too");
        }
        return files;
    }

    /**
     * With a total that all the files that are written now may fill no rotated file could be kept.
     */
    static void checkTotal(Section section, List<ProcessSpec> processes) {
        Map<Path, Launch.Files> files = new LinkedHashMap<>();
        for (ProcessSpec process : processes) {
            add(process.launch().stdout(), files);
            if (process.launch().stderr().isPresent()) {
                add(process.launch().stderr().get(), files);
            }
        }
        long needed = 0;
        for (Launch.Files one : files.values()) {
            needed += one.maxBytes();
        }
        for (String key : List.of("stdout_total", "stderr_total")) {
            long total = section.has(key) ? section.bytes(key, 0) : 0;
            if (total > 0 && total < needed) {
                section.problem(
                        key,
                        "is less than the files being written may have, stdout's and stderr's of"
                                + " all processes: write at least "
                                + EffectiveConfig.size(needed)
                                + ", and what rotated ones may have, or a smaller stdout_maxbytes"
                                + " or stderr_maxbytes");
            }
        }
    }

    private static void add(Launch.LogTarget target, Map<Path, Launch.Files> files) {
        if (target.pumped().isPresent()) {
            files.putIfAbsent(target.path(), target.pumped().get().files());
        }
    }

    private static long capture(Section section, String key) {
        long bytes = section.bytes(key, 0);
        if (bytes > MAX_CAPTURE) {
            section.problem(key, "is more than an event may have: at most \"1MB\"");
        }
        return bytes;
    }

    /** Which of the words it is; the first where there is none. */
    private static int word(Section section, String key, String... words) {
        Optional<TomlValue> value = section.value(key);
        if (value.isEmpty()) {
            return 0;
        }
        String choices = "";
        for (String word : words) {
            choices = choices + (choices.isEmpty() ? "" : ", ") + Hints.quote(word);
        }
        if (!(value.get() instanceof TomlValue.Text)) {
            section.problem(key, "must be one of " + choices + ", not " + value.get().typeName());
            return 0;
        }
        Optional<String> text = section.text(key);
        for (int i = 0; i < words.length; i++) {
            if (text.isPresent() && words[i].equals(text.get())) {
                return i;
            }
        }
        if (text.isPresent()) {
            section.problem(key, Hints.quote(text.get()) + " is not one of " + choices);
        }
        return 0;
    }

    /** Where a stream goes, and how it is written there, of one process. */
    Launch.LogTarget target(
            Section section, Stream stream, Expander expander, ProcessName name, String program) {
        Launch.LogTarget direct = guard.target(path(section, stream, expander, name));
        if (stream.pumped().isEmpty()) {
            return direct;
        }
        Launch.Pumped written = stream.pumped().get();
        if (LogGuard.isOther(direct.path())) {
            boolean nowhere = direct.path().equals(NOWHERE);
            if (!nowhere) {
                refuseLines(section, stream.key(), written.lines(), direct.path());
            }
            if (!nowhere || !written.lines().hasListener()) {
                return direct;
            }
            written = written.withoutFiles();
        }
        String prefix = prefix(section, stream.key() + "_prefix", written, expander);
        Launch.Pumped pumped = named(written, name, program, stream.key(), prefix);
        return new Launch.LogTarget(direct.path(), direct.trusted(), Optional.of(pumped));
    }

    private static String prefix(
            Section section, String key, Launch.Pumped written, Expander expander) {
        TomlValue.Text text = new TomlValue.Text(written.lines().prefix(), section.positionOf(key));
        return section.expand(expander, key, text).orElse("");
    }

    private static Path path(Section section, Stream stream, Expander expander, ProcessName name) {
        String key = stream.key();
        if (stream.path().isEmpty()) {
            String file = "/tmp/" + name.process() + "." + key;
            return section.path(key, section.position(), file).orElse(Path.of("/"));
        }
        TomlValue.Text written = stream.path().get();
        String word = written.value();
        if (word.equalsIgnoreCase("none") || word.equalsIgnoreCase("off") || word.isEmpty()) {
            String message = Hints.quote(word) + " is no file: write \"/dev/null\" for no log";
            section.problemAt(written.position(), key, message);
        } else if (word.equalsIgnoreCase("auto") || word.equals("syslog")) {
            String log = "leave " + key + " out, or name one";
            String system = "write \"/dev/null\" and " + key + "_syslog = true";
            String message =
                    Hints.quote(word) + " is no file: " + (word.equals("syslog") ? system : log);
            section.problemAt(written.position(), key, message);
        }
        return section.path(key, expander, written).orElse(Path.of("/"));
    }

    /** For a stream whose process writes to a device, a pipe or a socket itself. */
    private static void refuseLines(
            Section section, String stream, Launch.Lines lines, Path target) {
        refuseLine(section, stream + "_timestamp", lines.timestamp(), target);
        refuseLine(section, stream + "_prefix", !lines.prefix().isEmpty(), target);
        refuseLine(section, stream + "_syslog", lines.syslog(), target);
        refuseLine(section, stream + "_capture_maxbytes", lines.captureMaxBytes() > 0, target);
    }

    private static void refuseLine(Section section, String key, boolean given, Path target) {
        if (given) {
            String message = "is for files: taskmasterd does not see what is printed to ";
            section.problem(key, message + Hints.quote(target.toString()));
        }
    }

    /** For a stream that goes where stdout goes, its own keys are mistakes. */
    static void refuse(Section section, String stream, String cause) {
        for (String key : keys(stream)) {
            if (section.has(key)) {
                section.problem(key, "with " + cause + " stdout's holds: leave it out");
            }
        }
    }

    /** The same for one process; {@code prefix} is expanded. */
    private static Launch.Pumped named(
            Launch.Pumped pumped, ProcessName name, String program, String stream, String prefix) {
        Launch.Lines lines = pumped.lines();
        return new Launch.Pumped(
                name.group() + ":" + name.process() + "." + stream,
                program,
                pumped.files(),
                pumped.block(),
                new Launch.Lines(
                        lines.timestamp(),
                        prefix,
                        lines.stripAnsi(),
                        lines.syslog(),
                        lines.captureMaxBytes()));
    }
}
