package taskmaster.config;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import taskmaster.posix.TrustedPath;
import taskmaster.toml.TomlValue;

/**
 * Finds and reads the files of {@code [include]}. A pattern may have {@code *} and {@code ?} in
 * each of its names; they do not match a leading dot.
 */
final class Includes {

    /** A pattern that matches more is a mistake. */
    static final int MAX_FILES = 10_000;

    private final Host host;
    private final Problems problems;

    Includes(Host host, Problems problems) {
        this.host = host;
        this.problems = problems;
    }

    /** The included files, patterns in their order, the matches of each sorted by name. */
    List<SourceFile> read(Section section, SourceFile main, Expander expander) {
        section.refuseOthers(List.of("files"));
        List<SourceFile> files = new ArrayList<>();
        Set<Path> seen = new LinkedHashSet<>();
        seen.add(main.path());
        for (TomlValue.Text written : section.texts("files")) {
            Optional<String> pattern = section.expand(expander, "files", written);
            if (pattern.isEmpty()) {
                continue;
            }
            if (section.path("files", written.position(), pattern.get()).isEmpty()) {
                continue;
            }
            for (String match : matches(section, written, main.directory(), pattern.get())) {
                Path path = main.directory().resolve(match).normalize();
                if (seen.size() > MAX_FILES) {
                    section.problem("files", "more than " + MAX_FILES + " files match");
                    return files;
                }
                if (seen.add(path)) {
                    Path parent = main.name().shown().getParent();
                    Path shown = parent == null ? Path.of(match) : parent.resolve(match);
                    Problems.SourceName name = new Problems.SourceName(seen.size() - 1, shown);
                    Optional<SourceFile> file = SourceFile.read(name, path, host, problems);
                    if (file.isPresent()) {
                        files.add(file.get());
                    }
                }
            }
        }
        return files;
    }

    /** Names, relative as the pattern is, of what exists and matches. */
    private List<String> matches(
            Section section, TomlValue.Text written, Path directory, String pattern) {
        List<String> found = new ArrayList<>();
        found.add(pattern.startsWith("/") ? "/" : "");
        int at = 0;
        while (at < pattern.length()) {
            int slash = pattern.indexOf('/', at);
            int end = slash < 0 ? pattern.length() : slash;
            String name = pattern.substring(at, end);
            if (!name.isEmpty()) {
                found = step(section, written, directory, found, name);
            }
            at = end + 1;
        }
        if (!isPattern(pattern) && !Files.exists(directory.resolve(pattern))) {
            String message = "there is no file " + Hints.quote(pattern);
            section.problemAt(written.position(), "files", message);
            return List.of();
        }
        return found;
    }

    private List<String> step(
            Section section,
            TomlValue.Text written,
            Path directory,
            List<String> parents,
            String name) {
        List<String> found = new ArrayList<>();
        for (String parent : parents) {
            String prefix = parent.isEmpty() || parent.endsWith("/") ? parent : parent + "/";
            if (!isPattern(name)) {
                if (Files.exists(directory.resolve(prefix + name))) {
                    found.add(prefix + name);
                }
                continue;
            }
            File folder = directory.resolve(parent).toFile();
            if (!isTrusted(section, written, folder)) {
                continue;
            }
            String[] names = folder.list();
            if (names == null) {
                if (folder.isDirectory()) {
                    String message = "cannot list " + Hints.quote(folder.getPath());
                    section.problemAt(written.position(), "files", message);
                }
                continue;
            }
            Arrays.sort(names);
            for (String candidate : names) {
                if (globMatches(name, candidate) && isName(section, written, candidate)) {
                    found.add(prefix + candidate);
                }
            }
        }
        return found;
    }

    /** False, with a problem, for a directory in which others decide what root reads. */
    private boolean isTrusted(Section section, TomlValue.Text written, File folder) {
        if (!host.isRoot() || !folder.isDirectory()) {
            return true;
        }
        Optional<String> distrust;
        try {
            distrust =
                    SourceFile.distrust(
                            "the files of this pattern", TrustedPath.inside(folder.toPath(), 0));
        } catch (IOException e) {
            String message = "cannot list " + Hints.quote(folder.getPath());
            distrust = Optional.of(message + ": " + SourceFile.cause(e));
        }
        if (distrust.isPresent()) {
            section.problemAt(written.position(), "files", distrust.get());
        }
        return distrust.isEmpty();
    }

    /** False, with a problem, for a name in bytes that this locale cannot read. */
    private static boolean isName(Section section, TomlValue.Text written, String name) {
        return section.path("files", written.position(), "./" + name).isPresent();
    }

    private static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    /** {@code *} is any number of characters, {@code ?} is one. */
    static boolean globMatches(String pattern, String name) {
        if (name.startsWith(".") && !pattern.startsWith(".")) {
            return false;
        }
        int p = 0;
        int n = 0;
        int star = -1;
        int starred = 0;
        while (n < name.length()) {
            char c = p < pattern.length() ? pattern.charAt(p) : 0;
            if (c == '*') {
                star = p++;
                starred = n;
            } else if (c == '?' || c == name.charAt(n)) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++starred;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
