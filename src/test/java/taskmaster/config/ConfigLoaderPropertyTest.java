package taskmaster.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

final class ConfigLoaderPropertyTest {

    private static Path scratch = Path.of("/");

    @BeforeContainer
    static void makeScratch() throws IOException {
        scratch = Files.createTempDirectory("config");
    }

    @AfterContainer
    static void removeScratch() throws IOException {
        Files.deleteIfExists(scratch.resolve("taskmaster.conf.toml"));
        Files.deleteIfExists(scratch);
    }

    private static void neverThrows(byte[] content) throws IOException {
        Fixture fixture = new Fixture(scratch);
        fixture.write("taskmaster.conf.toml", "");
        Files.write(fixture.file, content);
        Host host = fixture.host(fixture.ownUid());
        switch (ConfigLoader.load(fixture.file, host)) {
            case Loaded.Valid(Config config) ->
                    assertFalse(EffectiveConfig.render(config).isEmpty());
            case Loaded.Invalid(List<ConfigProblem> problems) -> {
                assertFalse(problems.isEmpty());
                for (ConfigProblem problem : problems) {
                    assertFalse(problem.message().isBlank());
                    assertTrue(problem.message().indexOf('\n') < 0, problem.message());
                }
            }
        }
        ConfigLoader.loadClient(fixture.file, host);
    }

    @Property(tries = 200)
    void anyBytesAreValidOrInvalid(@ForAll byte[] content) throws IOException {
        neverThrows(content);
    }

    @Property(tries = 200)
    void anyTextIsValidOrInvalid(@ForAll String content) throws IOException {
        neverThrows(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Provide
    Arbitrary<String> sections() {
        Arbitrary<String> header =
                Arbitraries.of(
                        "",
                        "[unix_http_server]",
                        "[taskmasterd]",
                        "[taskmasterd.env]",
                        "[taskmasterctl]",
                        "[programs]",
                        "[programs.a]",
                        "[programs.a_1]",
                        "[programs.a.env]",
                        "[[programs.b]]",
                        "[programs.b.c.d]",
                        "[groups.a]",
                        "[groups.g]",
                        "[include]",
                        "[else]");
        Arbitrary<String> key =
                Arbitraries.oneOf(
                        Arbitraries.of(ProgramReader.KEYS),
                        Arbitraries.of(DaemonReader.DAEMON_KEYS),
                        Arbitraries.of(DaemonReader.SOCKET_KEYS),
                        Arbitraries.of(DaemonReader.CLIENT_KEYS),
                        Arbitraries.of(Groups.KEYS),
                        Arbitraries.of("files", "\"\"", "\"a\\u0000\"", "\"=\"", "a.b.c"));
        Arbitrary<String> value =
                Arbitraries.of(
                        "1",
                        "0",
                        "-1",
                        "2",
                        "9223372036854775807",
                        "0o22",
                        "0x7f",
                        "1.5",
                        "-0.0",
                        "nan",
                        "-inf",
                        "1e308",
                        "true",
                        "false",
                        "\"\"",
                        "\" \"",
                        "\"true\"",
                        "\"a b\"",
                        "\"a\\u0000b\"",
                        "\"%\"",
                        "\"%(\"",
                        "\"%(here)\"",
                        "\"%()s\"",
                        "\"%(ENV_)s\"",
                        "\"%(process_num)99999999999d\"",
                        "\"%(here)s/x\"",
                        "\"../..\"",
                        "\"/\"",
                        "\"~\"",
                        "\"\\u00e9\\U0001F600\\u0085\\u2028\"",
                        "\"a\\nb\"",
                        "\":\"",
                        "\"root:root\"",
                        "\"unix:///x\"",
                        "\"*\"",
                        "\"/*/*\"",
                        "[]",
                        "[[]]",
                        "[1, \"a\"]",
                        "[\"a\"]",
                        "[\"*\", \"/?\", \"\"]",
                        "{}",
                        "{a = 1}",
                        "1979-05-27",
                        "07:32:00",
                        "=",
                        "'''");
        Arbitrary<String> line =
                Combinators.combine(key, value).as((left, right) -> left + " = " + right);
        Arbitrary<String> section =
                Combinators.combine(header, line.list().ofMaxSize(6))
                        .as((top, lines) -> top + "\n" + String.join("\n", lines) + "\n");
        return section.list().ofMaxSize(6).map(sections -> String.join("", sections));
    }

    @Property(tries = 500)
    void anySectionsAreValidOrInvalid(@ForAll("sections") String content) throws IOException {
        neverThrows(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
