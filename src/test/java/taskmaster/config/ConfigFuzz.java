package taskmaster.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Any text as a configuration: problems that name the file, or a configuration that is valid again
 * when it is rendered.
 */
public final class ConfigFuzz {

    private static final Fixture FIXTURE = fixture();

    private ConfigFuzz() {}

    private static Fixture fixture() {
        try {
            Path directory = Files.createTempDirectory("taskmaster-fuzz");
            directory.toFile().deleteOnExit();
            Fixture fixture = new Fixture(directory);
            fixture.file.toFile().deleteOnExit();
            return fixture;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (readsOtherFiles(input)) {
            return;
        }
        switch (load(input)) {
            case Loaded.Valid(Config config) -> {
                String rendered = EffectiveConfig.render(config);
                if (FIXTURE.load(rendered) instanceof Loaded.Invalid invalid) {
                    throw new AssertionError(invalid + " in what was rendered:\n" + rendered);
                }
            }
            case Loaded.Invalid invalid -> {
                if (invalid.problems().isEmpty()) {
                    throw new AssertionError("invalid without a problem");
                }
                for (ConfigProblem problem : invalid.problems()) {
                    if (!problem.toString().startsWith(FIXTURE.file.toString())) {
                        throw new AssertionError("names no file: " + problem);
                    }
                }
            }
        }
    }

    private static Loaded load(byte[] input) throws IOException {
        FIXTURE.write("taskmaster.conf.toml", "");
        Files.write(FIXTURE.file, input);
        return ConfigLoader.load(FIXTURE.file, FIXTURE.host(FIXTURE.ownUid()));
    }

    /** An include of {@code /**} would read the machine. */
    private static boolean readsOtherFiles(byte[] input) {
        return new String(input, java.nio.charset.StandardCharsets.ISO_8859_1).contains("include");
    }
}
