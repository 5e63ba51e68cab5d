package taskmaster.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/**
 * The path of one log of one process: {@code /logs/NAME/stdout}, or {@code stderr}, with {@code
 * ?bytes=N} or {@code ?lines=N} for how much of its end, and {@code follow=true} for what comes as
 * well.
 */
final class LogPath {

    static final String PREFIX = "/logs/";

    /** More digits than any log is long, and still a long. */
    private static final int MAX_DIGITS = 15;

    private LogPath() {}

    /** {@code path} begins with {@link #PREFIX}. */
    static Request.Tail parse(String path) throws HttpProblem {
        int query = path.indexOf('?');
        String place = query < 0 ? path : path.substring(0, query);
        int slash = place.indexOf('/', PREFIX.length());
        Optional<String> name =
                Text.percentDecoded(
                        place.substring(PREFIX.length(), Math.max(slash, PREFIX.length())));
        if (slash < 0 || name.isEmpty() || name.get().isEmpty()) {
            throw problem(
                    "the path of a log is /logs/NAME/stdout or /logs/NAME/stderr, the name"
                            + " percent-encoded as UTF-8");
        }
        // These mean several processes, whose bytes would be mixed.
        if (name.get().indexOf('*') >= 0 || name.get().endsWith(":")) {
            throw problem("the path of a log names one process; POST a tail for several");
        }
        return options(
                new Target.Named(Target.Kind.PROCESS, List.of(name.get())),
                stream(place.substring(slash + 1)),
                query < 0 ? List.of() : split(path.substring(query + 1)));
    }

    private static Request.Stream stream(String word) throws HttpProblem {
        return switch (word) {
            case "stdout" -> Request.Stream.STDOUT;
            case "stderr" -> Request.Stream.STDERR;
            default -> throw problem("a log is stdout or stderr, not \"" + word + "\"");
        };
    }

    private static List<String> split(String query) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (from <= query.length()) {
            int and = query.indexOf('&', from);
            int end = and < 0 ? query.length() : and;
            if (end > from) {
                parts.add(query.substring(from, end));
            }
            from = end + 1;
        }
        return parts;
    }

    private static Request.Tail options(Target target, Request.Stream stream, List<String> options)
            throws HttpProblem {
        Optional<Request.Amount> amount = Optional.empty();
        boolean follow = false;
        for (String option : options) {
            int equals = option.indexOf('=');
            String key = equals < 0 ? option : option.substring(0, equals);
            String value = equals < 0 ? "" : option.substring(equals + 1);
            switch (key) {
                case "bytes", "lines" -> {
                    if (amount.isPresent()) {
                        throw problem("bytes and lines: give one of them, once");
                    }
                    boolean lines = key.equals("lines");
                    amount = Optional.of(new Request.Amount(lines, count(key, value)));
                }
                case "follow" -> follow = flag(value);
                default -> throw problem("\"" + key + "\" is none of bytes, lines and follow");
            }
        }
        return new Request.Tail(target, stream, amount.orElse(Request.Amount.DEFAULT), follow);
    }

    private static long count(String key, String digits) throws HttpProblem {
        long count = 0;
        boolean wrong = digits.isEmpty() || digits.length() > MAX_DIGITS;
        for (int i = 0; i < digits.length() && !wrong; i++) {
            char c = digits.charAt(i);
            wrong = c < '0' || c > '9';
            count = count * 10 + (c - '0');
        }
        if (wrong) {
            throw problem(key + " must be a whole number, 0 or more");
        }
        return count;
    }

    private static boolean flag(String value) throws HttpProblem {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw problem("follow must be true or false");
        };
    }

    private static HttpProblem problem(String message) {
        return new HttpProblem(400, "bad_path", message);
    }
}
