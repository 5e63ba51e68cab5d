package taskmaster.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import taskmaster.config.ConfigFuzz;
import taskmaster.ctl.CommandLineFuzz;
import taskmaster.ctl.ReplyFuzz;
import taskmaster.daemon.OptionsFuzz;
import taskmaster.json.JsonFuzz;
import taskmaster.line.LineFuzz;
import taskmaster.protocol.RequestFuzz;
import taskmaster.server.LanguageFuzz;
import taskmaster.toml.TomlFuzz;

/**
 * Something that reads what others wrote, with good inputs to begin from.
 *
 * @param type has the method {@code fuzzerTestOneInput}, as coverage-guided fuzzers want it
 * @param baseBytes what even the shortest input may make it allocate
 */
record FuzzTarget(Class<?> type, Body body, long baseBytes, List<String> seeds) {

    private static final int MIB = 1 << 20;

    /**
     * Of memory for a byte of input, all that is ever allocated together. An error for every second
     * byte stays below; what is copied again with each byte does not.
     */
    private static final int BYTES_PER_BYTE = 6 << 10;

    static final List<FuzzTarget> ALL =
            List.of(
                    new FuzzTarget(TomlFuzz.class, TomlFuzz::fuzzerTestOneInput, MIB, Seeds.TOML),
                    // A few words can ask for 10,000 processes.
                    new FuzzTarget(
                            ConfigFuzz.class,
                            ConfigFuzz::fuzzerTestOneInput,
                            96 * MIB,
                            Seeds.CONFIG),
                    new FuzzTarget(JsonFuzz.class, JsonFuzz::fuzzerTestOneInput, MIB, Seeds.JSON),
                    new FuzzTarget(
                            RequestFuzz.class,
                            RequestFuzz::fuzzerTestOneInput,
                            MIB,
                            Seeds.REQUESTS),
                    new FuzzTarget(
                            LanguageFuzz.class,
                            LanguageFuzz::fuzzerTestOneInput,
                            MIB,
                            Seeds.SESSIONS),
                    new FuzzTarget(
                            OptionsFuzz.class, OptionsFuzz::fuzzerTestOneInput, MIB, Seeds.OPTIONS),
                    new FuzzTarget(
                            CommandLineFuzz.class,
                            CommandLineFuzz::fuzzerTestOneInput,
                            MIB,
                            Seeds.COMMAND_LINES),
                    new FuzzTarget(
                            ReplyFuzz.class, ReplyFuzz::fuzzerTestOneInput, MIB, Seeds.REPLIES),
                    // Each of some 500 keys draws a line that can be 32 Ki chars by then: yank
                    // twice, kill all.
                    new FuzzTarget(
                            LineFuzz.class, LineFuzz::fuzzerTestOneInput, 2048L * MIB, Seeds.KEYS));

    interface Body {
        void take(byte[] input) throws Exception;
    }

    void take(byte[] input) throws Exception {
        body.take(input);
    }

    long mostBytes(byte[] input) {
        return baseBytes + BYTES_PER_BYTE * (long) input.length;
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }

    /** Writes the seeds of all below a directory, one file each, and prints the classes. */
    public static void main(String[] arguments) {
        try {
            for (FuzzTarget target : ALL) {
                Path directory = Path.of(arguments[0]).resolve(target.type.getName());
                Files.createDirectories(directory);
                for (int i = 0; i < target.seeds.size(); i++) {
                    Files.writeString(directory.resolve("seed-" + i), target.seeds.get(i));
                }
                System.out.println(target.type.getName());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
