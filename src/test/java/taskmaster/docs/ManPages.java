package taskmaster.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The man pages, made of what the commands say of themselves and of the README, so that nothing can
 * be missing in them and each fact has one place.
 */
public final class ManPages {

    private static final String D = "taskmasterd";
    private static final String CTL = "taskmasterctl";
    private static final String CONF = "taskmaster.conf.toml";

    private static final String HEADING = "[a-z][a-z, ()]*:";

    private ManPages() {}

    /** {@code DIRECTORY README HELP-OF-taskmasterd HELP-OF-taskmasterctl}: files; writes pages. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        Map<String, String> pages =
                pages(
                        Files.readString(Path.of(arguments[1])),
                        Files.readString(Path.of(arguments[2])),
                        Files.readString(Path.of(arguments[3])));
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(directory.resolve(page.getKey()), page.getValue());
        }
    }

    /** By their files' names. */
    static Map<String, String> pages(String readme, String daemonHelp, String clientHelp) {
        var text = new Markdown(readme);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put(D + ".8", daemon(text, daemonHelp));
        pages.put(CTL + ".1", client(text, clientHelp));
        pages.put(CONF + ".5", configuration(text));
        return pages;
    }

    private static String daemon(Markdown readme, String help) {
        var page = new Roff(D, "8", "start programs and keep them as configured");
        synopsis(help, page);
        page.heading("description");
        page.paragraph(
                "Starts the programs of a TOML file, "
                        + CONF
                        + "(5), starts them again as that"
                        + " file says, and answers "
                        + CTL
                        + "(1) on a Unix socket.");
        page.heading("options");
        help(help, page);
        for (String title : List.of("In a container", "When something goes wrong", "The socket")) {
            page.heading(title);
            Markdown.append(readme.section(title), page);
        }
        return seeAlso(page, CTL + "(1)", CONF + "(5)");
    }

    private static String client(Markdown readme, String help) {
        var page = new Roff(CTL, "1", "control programs kept by taskmasterd");
        synopsis(help, page);
        page.heading("description");
        page.paragraph("Asks " + D + "(8) on its Unix socket, and says what became of it.");
        help(help, page);
        page.heading("notes");
        Markdown.append(withoutTables(readme.section("Commands")), page);
        List<String> shell = readme.section("The shell");
        if (!shell.isEmpty()) {
            page.heading("the shell");
            Markdown.append(shell, page);
        }
        return seeAlso(page, D + "(8)", CONF + "(5)");
    }

    private static String configuration(Markdown readme) {
        var page = new Roff(CONF, "5", "configuration of taskmasterd and taskmasterctl");
        page.heading("description");
        Markdown.append(readme.section("Configuration"), page);
        return seeAlso(page, D + "(8)", CTL + "(1)");
    }

    private static String seeAlso(Roff page, String first, String second) {
        page.heading("see also").paragraph("`" + first + "`, `" + second + "`");
        return page.toString();
    }

    /** What the help says already, with its codes. */
    private static List<String> withoutTables(List<String> section) {
        List<String> rest = new ArrayList<>(section);
        rest.removeIf(line -> line.startsWith("|") || line.startsWith("`taskmasterctl [-c FILE]"));
        return rest;
    }

    /**
     * A line at the margin that ends with a colon is a heading, {@code " term text"} an entry, what
     * is further to the right belongs to the line before; all else is text.
     */
    private static void help(String help, Roff page) {
        List<String> lines = new ArrayList<>();
        for (String line : help.lines().skip(firstOf(help)).toList()) {
            boolean continues = line.matches(" {5,}[^-\\s].*") && !lines.getLast().isEmpty();
            if (continues) {
                boolean onlyTerm = !lines.getLast().strip().contains("  ");
                lines.add(lines.removeLast() + (onlyTerm ? "  " : " ") + line.strip());
            } else {
                lines.add(line);
            }
        }
        for (String line : joined(lines)) {
            if (line.matches(HEADING)) {
                page.heading(title(line.substring(0, line.length() - 1)));
            } else if (line.startsWith("  ")) {
                String[] parts = line.strip().split(" {2,}", 2);
                page.entry(parts[0], parts.length > 1 ? parts[1] : "");
            } else if (!line.isEmpty()) {
                page.paragraph(line);
            }
        }
    }

    private static String title(String heading) {
        return switch (heading) {
            case "exit codes" -> "exit status";
            case "options, before or after the command" -> "options";
            default -> heading.startsWith("in the shell") ? "commands of the shell" : heading;
        };
    }

    private static void synopsis(String help, Roff page) {
        page.heading("synopsis");
        for (String line : help.lines().limit(firstOf(help)).toList()) {
            if (line.matches("(usage:|      ) .*")) {
                page.paragraph(line.substring(7).replaceFirst("^(\\S+)", "`$1`"));
            }
        }
    }

    /** Where the usage ends, which may have several lines. */
    private static long firstOf(String help) {
        List<String> lines = help.lines().toList();
        int i = 0;
        while (!lines.get(i).startsWith("usage:")) {
            i++;
        }
        while (!lines.get(i).isEmpty()) {
            i++;
        }
        return i;
    }

    /** Lines of text at the margin that follow each other are one. */
    private static List<String> joined(List<String> lines) {
        List<String> joined = new ArrayList<>();
        for (String line : lines) {
            boolean isText = !line.isEmpty() && !line.startsWith(" ") && !line.endsWith(":");
            boolean afterText =
                    !joined.isEmpty()
                            && !joined.getLast().isEmpty()
                            && !joined.getLast().startsWith(" ")
                            && !joined.getLast().endsWith(":");
            if (isText && afterText && !line.matches("[a-z ]+: .*")) {
                joined.add(joined.removeLast() + " " + line);
            } else {
                joined.add(line);
            }
        }
        return joined;
    }
}
