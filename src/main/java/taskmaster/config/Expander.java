package taskmaster.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Replaces {@code %(name)s} in a text, as supervisord does: {@code %(here)s}, {@code
 * %(host_node_name)s}, {@code %(ENV_X)s}, and for a process also {@code %(program_name)s}, {@code
 * %(group_name)s}, {@code %(process_num)d}, {@code %(numprocs)d}; a number may have a width ({@code
 * %(process_num)02d}); {@code %%} is a percent sign.
 */
final class Expander {

    /** The text cannot be expanded; the message says why and what may be written. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Wide enough for every number, and no way to fill the memory. */
    private static final int MAX_WIDTH = 20;

    private static final String ENV = "ENV_";

    private final Map<String, String> environment;
    private final Map<String, String> added;
    private final Map<String, String> words = new HashMap<>();
    private final boolean ofProcess;

    private Expander(
            Map<String, String> environment, Map<String, String> added, boolean ofProcess) {
        this.environment = environment;
        this.added = added;
        this.ofProcess = ofProcess;
    }

    /** For what belongs to no process. {@code here} is the directory of the file. */
    static Expander ofFile(Host host, String here) {
        Expander expander = new Expander(host.environment(), Map.of(), false);
        expander.words.put("here", here);
        expander.words.put("host_node_name", host.hostName());
        return expander;
    }

    /** For a process; {@code added} wins over the daemon's environment. */
    Expander ofProcess(
            Map<String, String> added, ProcessName name, String program, int number, int numprocs) {
        Expander expander = new Expander(environment, added, true);
        expander.words.putAll(words);
        expander.words.put("program_name", program);
        expander.words.put("group_name", name.group());
        expander.words.put("process_num", Integer.toString(number));
        expander.words.put("numprocs", Integer.toString(numprocs));
        return expander;
    }

    String expand(String text) throws MalformedException {
        int percent = text.indexOf('%');
        if (percent < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (percent >= 0) {
            out.append(text, at, percent);
            if (text.startsWith("%%", percent)) {
                out.append('%');
                at = percent + 2;
            } else {
                at = expandOne(text, percent, out);
            }
            percent = text.indexOf('%', at);
        }
        return out.append(text, at, text.length()).toString();
    }

    /** Expands what begins at {@code percent}; returns where the text goes on. */
    private int expandOne(String text, int percent, StringBuilder out) throws MalformedException {
        int close = text.indexOf(')', percent);
        if (!text.startsWith("%(", percent) || close < 0) {
            throw new MalformedException("a percent sign is written %%");
        }
        String name = text.substring(percent + 2, close);
        int at = close + 1;
        boolean zeros = at < text.length() && text.charAt(at) == '0';
        int width = 0;
        while (at < text.length() && isDigit(text.charAt(at)) && width <= MAX_WIDTH) {
            width = width * 10 + (text.charAt(at) - '0');
            at++;
        }
        boolean sized = at > close + 1;
        char type = at < text.length() ? text.charAt(at) : ' ';
        String value = value(name);
        boolean number = isNumber(name);
        if (type == 'd' ? !number : type != 's' || sized) {
            String right = number ? "d or %(" + name + ")02d" : "s";
            throw new MalformedException("write %(" + name + ")" + right);
        }
        if (width > MAX_WIDTH) {
            throw new MalformedException("a number has at most " + MAX_WIDTH + " places");
        }
        for (int i = value.length(); i < width; i++) {
            out.append(zeros ? '0' : ' ');
        }
        out.append(value);
        return at + 1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNumber(String name) {
        return name.equals("process_num") || name.equals("numprocs");
    }

    private String value(String name) throws MalformedException {
        if (name.startsWith(ENV)) {
            String variable = name.substring(ENV.length());
            String value = added.getOrDefault(variable, environment.get(variable));
            if (value == null) {
                throw new MalformedException(
                        "the environment of taskmasterd has no variable " + Hints.quote(variable));
            }
            return value;
        }
        String value = words.get(name);
        if (value == null) {
            throw new MalformedException(unknown(name));
        }
        return value;
    }

    private String unknown(String name) {
        List<String> known = new ArrayList<>(List.of("here", "host_node_name"));
        String shown = "%(here)s, %(host_node_name)s, %(ENV_NAME)s";
        if (ofProcess) {
            known.addAll(List.of("program_name", "group_name", "process_num", "numprocs"));
            shown += ", %(program_name)s, %(group_name)s, %(process_num)d, %(numprocs)d";
        }
        Optional<String> closest = Hints.closest(name, known);
        String meant =
                closest.isPresent()
                        ? " (did you mean %("
                                + closest.get()
                                + (isNumber(closest.get()) ? ")d?)" : ")s?)")
                        : "";
        return Hints.quote("%(" + name + ")") + " is unknown" + meant + ": there are " + shown;
    }
}
