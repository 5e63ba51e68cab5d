package taskmaster.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.toml.Position;
import taskmaster.toml.TomlValue;

/**
 * One section of a file, read key by key. What is wrong becomes a problem and the default is
 * returned, so that the reading goes on. Type tests are chains of {@code instanceof} on purpose: a
 * pattern switch is linked at run time, which every start would pay for.
 */
final class Section {

    /** A year; longer waits are mistakes, and sums of nanoseconds stay far from overflow. */
    static final long MAX_SECONDS = 365L * 24 * 3600;

    /** 4 PiB; more is a mistake, and sums stay far from overflow. */
    static final long MAX_BYTES = 1L << 52;

    private final SourceFile file;
    private final String label;
    private final TomlValue.Table table;
    private final Problems problems;

    Section(SourceFile file, String label, TomlValue.Table table, Problems problems) {
        this.file = file;
        this.label = label;
        this.table = table;
        this.problems = problems;
    }

    /** The section under a key of this table; an empty one where there is none. */
    Section child(String key, String childLabel) {
        TomlValue.Entry entry = table.entries().get(key);
        if (entry != null && entry.value() instanceof TomlValue.Table child) {
            return new Section(file, childLabel, child, problems);
        }
        if (entry != null) {
            String message = childLabel + ": must be a section, not " + entry.value().typeName();
            problems.add(file.name(), Optional.of(entry.keyPosition()), message);
        }
        TomlValue.Table none = new TomlValue.Table(Map.of(), table.position());
        return new Section(file, childLabel, none, problems);
    }

    /** {@code [programs.web]}; a name that is no bare key in quotes. */
    static String label(String kind, String name) {
        return "[" + kind + "." + Toml.key(name) + "]";
    }

    /** {@code [programs.web.env]} of {@code [programs.web]}. */
    String labelOf(String key) {
        return label.substring(0, label.length() - 1) + "." + key + "]";
    }

    void refuseOthers(List<String> known) {
        for (Map.Entry<String, TomlValue.Entry> entry : table.entries().entrySet()) {
            String key = entry.getKey();
            if (!known.contains(key)) {
                String message = problems.isFull() ? "" : Hints.unknownKey(label, key, known);
                problemAt(entry.getValue().keyPosition(), Toml.key(key), message);
            }
        }
    }

    SourceFile file() {
        return file;
    }

    Map<String, TomlValue.Entry> entries() {
        return table.entries();
    }

    boolean has(String key) {
        return table.entries().containsKey(key);
    }

    /** At the value of a key, or at the section where the key is not given. */
    void problem(String key, String message) {
        problemAt(positionOf(key), key, message);
    }

    void problemAt(Position position, String key, String message) {
        problems.add(file.name(), Optional.of(position), label + " " + key + ": " + message);
    }

    /** About the section as a whole. */
    void problem(String message) {
        problems.add(file.name(), Optional.of(table.position()), label + ": " + message);
    }

    boolean problemsAreFull() {
        return problems.isFull();
    }

    /** Something that should be here and is not, perhaps because the text could not be read. */
    void absence(Position position, String key, String message) {
        problems.addAbsence(file.name(), position, label + " " + key + ": " + message);
    }

    Position position() {
        return table.position();
    }

    Position positionOf(String key) {
        TomlValue.Entry entry = table.entries().get(key);
        return entry == null ? table.position() : entry.value().position();
    }

    Optional<TomlValue> value(String key) {
        TomlValue.Entry entry = table.entries().get(key);
        return entry == null ? Optional.empty() : Optional.of(entry.value());
    }

    private void wrongType(String key, String expected, TomlValue value) {
        problemAt(value.position(), key, "must be " + expected + ", not " + value.typeName());
    }

    Optional<String> text(String key) {
        return valueOf(written(key));
    }

    /** A string with its place. */
    Optional<TomlValue.Text> written(String key) {
        Optional<TomlValue> value = value(key);
        return value.isEmpty() ? Optional.empty() : textOf(key, value.get(), "a string");
    }

    private static Optional<String> valueOf(Optional<TomlValue.Text> text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text.get().value());
    }

    private Optional<TomlValue.Text> textOf(String key, TomlValue value, String expected) {
        if (!(value instanceof TomlValue.Text text)) {
            wrongType(key, expected, value);
            return Optional.empty();
        }
        if (text.value().indexOf('\0') >= 0) {
            problemAt(text.position(), key, "may not hold a NUL character");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** A text that is shown on a line: not empty, no control characters. */
    String line(String key, String otherwise) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (text.get().isEmpty()) {
            problem(key, "may not be empty");
        }
        for (int i = 0; i < text.get().length(); i++) {
            if (Character.isISOControl(text.get().charAt(i))) {
                problem(key, Hints.quote(text.get()) + " may not hold control characters");
                break;
            }
        }
        return text.get();
    }

    boolean bool(String key, boolean otherwise) {
        Optional<TomlValue> value = value(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (value.get() instanceof TomlValue.Bool bool) {
            return bool.value();
        }
        boolean quoted =
                value.get() instanceof TomlValue.Text text
                        && (text.value().equals("true") || text.value().equals("false"));
        String hint = quoted ? ": write it without quotes" : "";
        problem(key, "must be true or false, not " + value.get().typeName() + hint);
        return otherwise;
    }

    int integer(String key, int otherwise, int least, int most) {
        Optional<TomlValue> value = value(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        if (!(value.get() instanceof TomlValue.Int number)) {
            boolean quoted = value.get() instanceof TomlValue.Text text && isNumber(text.value());
            String hint = quoted ? ": write it without quotes" : "";
            problem(key, "must be an integer, not " + value.get().typeName() + hint);
            return otherwise;
        }
        return inRange(key, number, least, most) ? (int) number.value() : otherwise;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    boolean inRange(String key, TomlValue.Int number, int least, int most) {
        if (number.value() >= least && number.value() <= most) {
            return true;
        }
        String range =
                most == Integer.MAX_VALUE && least > Integer.MIN_VALUE
                        ? least + " or more" + (number.value() > most ? ", up to " + most : "")
                        : least + " to " + most;
        problemAt(number.position(), key, number.literal() + " is out of range: " + range);
        return false;
    }

    /** A size: a number of bytes, or a string with KB, MB or GB (of 1024 each) after it. */
    long bytes(String key, long otherwise) {
        Optional<TomlValue> value = value(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        long bytes = -1;
        String shown = "";
        if (value.get() instanceof TomlValue.Int number) {
            bytes = number.value() <= MAX_BYTES ? number.value() : -1;
            shown = number.literal();
        } else if (value.get() instanceof TomlValue.Text text) {
            bytes = bytes(text.value());
            shown = Hints.quote(text.value());
        } else {
            wrongType(key, "a size, like \"50MB\"", value.get());
            return otherwise;
        }
        if (bytes < 0) {
            problem(key, shown + " is no size: write bytes, or \"10KB\", \"50MB\", \"1GB\"");
            return otherwise;
        }
        return bytes;
    }

    /** What supervisord takes for a size; -1 for what is none. */
    private static long bytes(String text) {
        String upper = text.strip().toUpperCase(java.util.Locale.ROOT);
        int shift = 0;
        if (upper.endsWith("KB")) {
            shift = 10;
        } else if (upper.endsWith("MB")) {
            shift = 20;
        } else if (upper.endsWith("GB")) {
            shift = 30;
        }
        String digits = shift == 0 ? upper : upper.substring(0, upper.length() - 2).strip();
        boolean number = !digits.isEmpty() && digits.length() <= 15;
        for (int i = 0; i < digits.length() && number; i++) {
            number = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        long value = number ? Long.parseLong(digits) : -1;
        return value > MAX_BYTES >> shift ? -1 : value << shift;
    }

    /** Seconds, to the microsecond. */
    Duration seconds(String key, int otherwise, boolean mayBeZero) {
        Optional<TomlValue> value = value(key);
        if (value.isEmpty()) {
            return Duration.ofSeconds(otherwise);
        }
        double seconds;
        if (value.get() instanceof TomlValue.Int number) {
            seconds = number.value();
        } else if (value.get() instanceof TomlValue.Real number) {
            seconds = number.value();
        } else {
            wrongType(key, "a number of seconds", value.get());
            return Duration.ofSeconds(otherwise);
        }
        long micros = Math.round(seconds * 1e6);
        boolean least = mayBeZero ? seconds >= 0 : micros > 0;
        if (!least || !(seconds <= MAX_SECONDS)) {
            String shown =
                    value.get() instanceof TomlValue.Int number
                            ? number.literal()
                            : file.numberAt((TomlValue.Real) value.get());
            String range = mayBeZero ? "0 to " : "more than 0, up to ";
            problem(key, shown + " is out of range: " + range + MAX_SECONDS + " seconds");
            return Duration.ofSeconds(otherwise);
        }
        return Duration.ofSeconds(micros / 1_000_000, micros % 1_000_000 * 1000);
    }

    /** File mode bits, 0 to 0777. */
    int mode(String key, int otherwise) {
        Optional<TomlValue> value = value(key);
        if (value.isEmpty()) {
            return otherwise;
        }
        String digits;
        String shown;
        if (value.get() instanceof TomlValue.Int number) {
            shown = number.literal();
            if (!shown.startsWith("0o")) {
                problem(key, notOctal(shown));
                return otherwise;
            }
            digits = shown.substring(2);
        } else if (value.get() instanceof TomlValue.Text text) {
            shown = Hints.quote(text.value());
            digits = text.value().startsWith("0o") ? text.value().substring(2) : text.value();
        } else {
            wrongType(key, "octal, like 0o022 or \"022\"", value.get());
            return otherwise;
        }
        int mode = octal(digits);
        if (mode < 0 || mode > 0777) {
            problem(key, shown + " is no octal mode: 0o000 to 0o777");
            return otherwise;
        }
        return mode;
    }

    private static String notOctal(String literal) {
        String message = literal + " is not octal";
        int mode = octal(literal);
        if (mode >= 0 && mode <= 0777) {
            message += ": write 0o" + literal + " or \"" + literal + "\"";
        } else {
            message += ": write it like 0o022 or \"022\"";
        }
        return message;
    }

    /** The value of octal digits, or -1. */
    private static int octal(String digits) {
        int value = digits.isEmpty() ? -1 : 0;
        for (int i = 0; i < digits.length() && value >= 0; i++) {
            char c = digits.charAt(i);
            boolean fits = c >= '0' && c <= '7' && value < 01000000000;
            value = fits ? value * 8 + (c - '0') : -1;
        }
        return value;
    }

    /** Strings with their places. */
    List<TomlValue.Text> texts(String key) {
        Optional<TomlValue> value = value(key);
        List<TomlValue.Text> texts = new ArrayList<>();
        if (value.isEmpty()) {
            return texts;
        }
        if (!(value.get() instanceof TomlValue.Array array)) {
            String hint = "";
            if (value.get() instanceof TomlValue.Text text) {
                // supervisord separates names with commas
                String words = key.equals("args") ? text.value() : text.value().replace(',', ' ');
                hint = ": write " + Words.array(Words.split(words));
            }
            String message = "must be an array of strings, not " + value.get().typeName() + hint;
            problem(key, message);
            return texts;
        }
        for (TomlValue item : array.items()) {
            if (!(item instanceof TomlValue.Text)) {
                String number = item instanceof TomlValue.Int i ? i.literal() : "";
                String hint = number.isEmpty() ? "" : ": write " + Hints.quote(number);
                String message = "may hold only strings, not " + item.typeName() + hint;
                problemAt(item.position(), key, message);
                continue;
            }
            Optional<TomlValue.Text> text = textOf(key, item, "a string");
            if (text.isPresent()) {
                texts.add(text.get());
            }
        }
        return texts;
    }

    /** Variables of the environment as written: strings, numbers, true and false. */
    Map<String, TomlValue.Text> variables() {
        Map<String, TomlValue.Text> variables = new LinkedHashMap<>();
        for (Map.Entry<String, TomlValue.Entry> entry : table.entries().entrySet()) {
            String name = entry.getKey();
            TomlValue value = entry.getValue().value();
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                String message = "a variable's name may not be empty or hold = or NUL";
                problemAt(entry.getValue().keyPosition(), Toml.key(name), message);
            }
            Optional<String> text = variable(Toml.key(name), value);
            if (text.isPresent()) {
                variables.put(name, new TomlValue.Text(text.get(), value.position()));
            }
        }
        return variables;
    }

    private Optional<String> variable(String name, TomlValue value) {
        if (value instanceof TomlValue.Int number) {
            return Optional.of(number.literal());
        }
        if (value instanceof TomlValue.Bool bool) {
            return Optional.of(bool.value() ? "true" : "false");
        }
        if (value instanceof TomlValue.Real number) {
            return Optional.of(file.numberAt(number));
        }
        return valueOf(textOf(name, value, "a string, a number, true or false"));
    }

    /** The text with its {@code %(name)s} replaced; empty, with a problem, where it cannot be. */
    Optional<String> expand(Expander expander, String key, TomlValue.Text text) {
        try {
            String expanded = expander.expand(text.value());
            if (expanded.indexOf('\0') < 0) {
                return Optional.of(expanded);
            }
            problemAt(text.position(), key, "may not hold a NUL character");
        } catch (Expander.MalformedException e) {
            String message = Hints.quote(text.value()) + ": " + e.getMessage();
            problemAt(text.position(), key, message);
        }
        return Optional.empty();
    }

    /** A path, relative to the directory of this file; empty, with a problem, if it is none. */
    Optional<Path> path(String key, Position position, String text) {
        String fault;
        if (text.isEmpty()) {
            fault = "may not be empty";
        } else if (text.equals("~") || text.startsWith("~/")) {
            fault = Hints.quote(text) + ": ~ is not expanded, write %(ENV_HOME)s";
        } else {
            try {
                Path path = file.directory().resolve(text);
                return Optional.of(text.contains("..") ? path : path.normalize());
            } catch (InvalidPathException e) {
                fault =
                        Hints.quote(text)
                                + " cannot be a file's name in this locale"
                                + " (start taskmasterd with LC_ALL=C.UTF-8)";
            }
        }
        problemAt(position, key, fault);
        return Optional.empty();
    }

    /** An expanded path. */
    Optional<Path> path(String key, Expander expander) {
        Optional<TomlValue.Text> written = written(key);
        return written.isEmpty() ? Optional.empty() : path(key, expander, written.get());
    }

    Optional<Path> path(String key, Expander expander, TomlValue.Text written) {
        Optional<String> text = expand(expander, key, written);
        return text.isEmpty() ? Optional.empty() : path(key, written.position(), text.get());
    }
}
