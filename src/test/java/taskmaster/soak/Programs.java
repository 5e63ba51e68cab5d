package taskmaster.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The programs that the daemon keeps: 200 processes, good and bad. */
final class Programs {

    static final int STEADY = 140;

    /** Their processes write files in {@code logs}. */
    static final List<String> WITH_LOGS = List.of("flood", "homeless");

    /** All but the steady ones: they end, or write, by themselves. As a JSON array. */
    static final String RESTLESS =
            "[\"changed\",\"crash\",\"brief\",\"stubborn\",\"family\",\"noexec\",\"orphans\",\"forks\","
                    + "\"flood\",\"homeless\",\"full\"]";

    private static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";

    private Programs() {}

    /** With {@code steady} good ones; {@code word} is in the environment of ten of them. */
    static String toml(int steady, String word, boolean withFullDisk) {
        return program("steady", steady, "exit-after", "\"100000000\", \"0\"", "startsecs = 0\n")
                + program(
                        "changed",
                        10,
                        "exit-after",
                        "\"100000000\", \"0\"",
                        "env = {W = \"" + word + "\"}\n")
                + program(
                        "crash",
                        10,
                        "crash-with",
                        "\"11\", \"%(process_num)d700\"",
                        "startretries = 1000\n")
                + program("brief", 10, "exit-after", "\"%(process_num)d50\", \"1\"", "")
                + program("stubborn", 6, "ignore-term", "", "stopwaitsecs = 0.5\n")
                + program(
                        "family", 6, "fork-grandchild", "\"--ignore-term\"", "stopwaitsecs = 0.5\n")
                + program("noexec", 2, "../noexec", "", "startretries = 2\n")
                + shell(
                        "orphans",
                        3,
                        "${bin}/leave-orphans 30; exec ${bin}/exit-after 4000 0",
                        QUIET)
                + shell(
                        "forks",
                        3,
                        "i=0; while [ $i -lt 20 ]; do ${bin}/exit-after 1500 0 & i=$((i+1)); done;"
                                + " exec ${bin}/exit-after 3000 0",
                        QUIET)
                + shell("flood", 5, FLOOD, logs("logs"))
                + program(
                                "homeless",
                                3,
                                "exit-after",
                                "\"5000\", \"0\"",
                                "autorestart = \"true\"\n")
                        .replace(QUIET, logs("logs"))
                + shell("full", 2, FLOOD, withFullDisk ? logs("full") : QUIET);
    }

    private static final String FLOOD = "${bin}/flood-stdout 50000; exec ${bin}/exit-after 3000 0";

    private static String program(
            String name, int processes, String command, String args, String more) {
        return "[programs."
                + name
                + "]\ncommand = \"${bin}/"
                + command
                + "\"\nargs = ["
                + args
                + "]\nnumprocs = "
                + processes
                + "\n"
                + more
                + QUIET;
    }

    private static String shell(String name, int processes, String script, String output) {
        return program(
                        name,
                        processes,
                        "",
                        "\"-c\", \"" + script + "\"",
                        "autorestart = \"true\"\n")
                .replace("\"${bin}/\"", "\"/bin/sh\"")
                .replace(QUIET, output);
    }

    private static String logs(String directory) {
        return "stdout = \"${dir}/"
                + directory
                + "/%(program_name)s_%(process_num)d\"\nredirect_stderr = true\n";
    }

    /** Files that are not text of the configuration: what cannot be executed, and directories. */
    static void prepare(Path directory) throws IOException {
        Path noexec = Files.writeString(directory.resolve("noexec"), "no program at all\n");
        Files.setPosixFilePermissions(noexec, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(directory.resolve("logs"));
        Files.createDirectory(directory.resolve("full"));
    }

    /** Of a program, or of one of its processes. */
    static String anyName(Random random) {
        List<String> names = new ArrayList<>();
        for (String program :
                List.of("changed", "crash", "brief", "stubborn", "family", "noexec")) {
            names.add(program);
            names.add(program + ":" + program + "_1");
        }
        names.addAll(List.of("flood:flood_0", "orphans", "homeless:*", "full", "no-such-thing"));
        return random.nextBoolean()
                ? "steady:steady_" + random.nextInt(STEADY)
                : names.get(random.nextInt(names.size()));
    }
}
