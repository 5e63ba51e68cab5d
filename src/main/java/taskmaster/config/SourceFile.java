package taskmaster.config;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import taskmaster.posix.Errno;
import taskmaster.posix.TrustedPath;
import taskmaster.toml.Position;
import taskmaster.toml.TomlDocument;
import taskmaster.toml.TomlParser;
import taskmaster.toml.TomlValue;

/** A file of the configuration, read and parsed. */
final class SourceFile {

    /**
     * Enough for 30,000 programs. Parsed, a file takes up to 50 times as much memory, and the
     * daemon has little.
     */
    static final int MAX_BYTES = 4 << 20;

    private static final int REGULAR = 0100000;
    private static final int TYPE_MASK = 0170000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    private final Problems.SourceName name;
    private final Path path;
    private final byte[] content;
    private final TomlValue.Table root;

    private SourceFile(Problems.SourceName name, Path path, byte[] content, TomlValue.Table root) {
        this.name = name;
        this.path = path;
        this.content = content;
        this.root = root;
    }

    Problems.SourceName name() {
        return name;
    }

    /** Absolute. */
    Path path() {
        return path;
    }

    TomlValue.Table root() {
        return root;
    }

    Path directory() {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    /** Empty where it cannot be read or must not be trusted: the problem is then added. */
    static Optional<SourceFile> read(
            Problems.SourceName name, Path path, Host host, Problems problems) {
        try {
            Optional<String> refusal = refusal(name.shown(), path, host);
            if (refusal.isPresent()) {
                problems.add(name, Optional.empty(), refusal.get());
                return Optional.empty();
            }
            byte[] content;
            try (InputStream in = new FileInputStream(path.toString())) {
                content = in.readNBytes(MAX_BYTES + 1);
            }
            if (content.length > MAX_BYTES) {
                problems.add(name, Optional.empty(), tooLarge());
                return Optional.empty();
            }
            return Optional.of(parse(name, path, content, problems));
        } catch (IOException e) {
            String message = "cannot read the configuration file: " + cause(e);
            problems.add(name, Optional.empty(), message);
            return Optional.empty();
        }
    }

    static SourceFile parse(
            Problems.SourceName name, Path path, byte[] content, Problems problems) {
        TomlDocument document = TomlParser.parse(content);
        SourceFile file = new SourceFile(name, path, content, document.root());
        for (TomlDocument.Problem problem : document.problems()) {
            String hint = Hints.foreignLine(file.line(problem.position().line()));
            problems.addSyntax(name, problem.position(), problem.message() + hint);
        }
        return file;
    }

    /** Why this file is not read: it is no file, or somebody else could have written it. */
    private static Optional<String> refusal(Path shown, Path path, Host host) throws IOException {
        if (host.isRoot()) {
            Optional<String> distrust = distrust("this file", TrustedPath.of(path, 0));
            if (distrust.isPresent()) {
                return distrust;
            }
        }
        Map<String, Object> status = Files.readAttributes(path, "unix:mode,uid,size");
        int mode = (Integer) status.get("mode");
        int uid = (Integer) status.get("uid");
        if ((mode & TYPE_MASK) != REGULAR) {
            return Optional.of("cannot read the configuration file: it is not a regular file");
        }
        if ((Long) status.get("size") > MAX_BYTES) {
            return Optional.of(tooLarge());
        }
        if (host.isRoot() && uid != 0) {
            return Optional.of(
                    "root does not trust this file: it belongs to uid "
                            + Integer.toUnsignedString(uid)
                            + ", who could run anything as root (if you know what is in it: chown root "
                            + shown
                            + ")");
        }
        if (host.isRoot() && (mode & WRITABLE_BY_OTHERS) != 0) {
            return Optional.of(
                    "root does not trust this file: its mode 0"
                            + Integer.toOctalString(mode & 07777)
                            + " lets others write it, who could run anything as root"
                            + " (chmod go-w "
                            + shown
                            + ")");
        }
        return Optional.empty();
    }

    /**
     * Why root does not trust a path: somebody else decides, at some place on the way to it, what
     * it means. Where nobody does, nobody but root can change it between this look and the next, so
     * to look first and read later is no race.
     *
     * @param what of the configuration it is
     */
    static Optional<String> distrust(String what, TrustedPath path) {
        if (path.doubt().isEmpty()) {
            return Optional.empty();
        }
        TrustedPath.Doubt doubt = path.doubt().get();
        return Optional.of(
                "root does not trust "
                        + what
                        + ": "
                        + doubt.what()
                        + "; who can replace it could run anything as root ("
                        + doubt.remedy()
                        + ")");
    }

    private static String tooLarge() {
        return "cannot read the configuration file: it is larger than "
                + (MAX_BYTES >> 20)
                + " MiB";
    }

    /** {@code ENOENT (no such file or directory)}, as far as Java lets us know. */
    static String cause(IOException e) {
        if (e instanceof NoSuchFileException) {
            return Errno.ENOENT.toString();
        }
        if (e instanceof AccessDeniedException) {
            return Errno.EACCES.toString();
        }
        String reason = e.getMessage();
        if (e instanceof FileSystemException of) {
            reason = of.getReason();
        } else if (e instanceof FileNotFoundException && reason != null) {
            int open = reason.lastIndexOf('(');
            reason =
                    reason.endsWith(")") ? reason.substring(open + 1, reason.length() - 1) : reason;
        }
        if (reason == null) {
            return "input/output error";
        }
        String lower = reason.toLowerCase(Locale.ROOT);
        for (int number = 1; number <= 40; number++) {
            Errno errno = new Errno(number);
            if (lower.startsWith(errno.meaning())) {
                return errno.toString();
            }
        }
        return lower;
    }

    /** Line {@code number}, from 1, without its end; only for messages and rare lookups. */
    private String line(int number) {
        int start = 0;
        for (int line = 1; line < number; line++) {
            while (start < content.length && content[start] != '\n') {
                start++;
            }
            start++;
        }
        int end = Math.min(start, content.length);
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        int from = Math.min(start, end);
        return new String(content, from, end - from, StandardCharsets.UTF_8);
    }

    /** The number at a place, as it is written but without underscores. */
    String numberAt(TomlValue.Real real) {
        Position position = real.position();
        String line = line(position.line());
        if (line.startsWith("\ufeff")) {
            line = line.substring(1);
        }
        StringBuilder literal = new StringBuilder();
        if (position.column() <= line.codePointCount(0, line.length())) {
            int at = line.offsetByCodePoints(0, position.column() - 1);
            while (at < line.length() && isOfNumber(line.charAt(at))) {
                if (line.charAt(at) != '_') {
                    literal.append(line.charAt(at));
                }
                at++;
            }
        }
        return literal.isEmpty() ? Double.toString(real.value()) : literal.toString();
    }

    private static boolean isOfNumber(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || "+-._E".indexOf(c) >= 0;
    }
}
