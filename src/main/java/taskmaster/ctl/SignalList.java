package taskmaster.ctl;

import java.util.List;
import java.util.Optional;
import taskmaster.posix.Signal;

/** {@code kill -l}: the names and numbers of signals. Pure. */
final class SignalList {

    private static final int BY_SIGNAL = 128;
    private static final int COLUMNS = 5;
    private static final int WIDTH = 16;

    private SignalList() {}

    /** A number, or the exit status that it makes, is its name; a name is its number. */
    static Outcome of(List<String> words) {
        if (words.isEmpty()) {
            return Outcome.printed(all(), Outcome.DONE);
        }
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        for (String word : words) {
            Optional<String> answer = about(word);
            if (answer.isPresent()) {
                out.append(answer.get()).append('\n');
            } else {
                err.append("kill: ").append(Text.plain(word));
                err.append(": invalid signal specification\n");
            }
        }
        int exit = err.isEmpty() ? Outcome.DONE : Outcome.FAILED;
        return Outcome.printed(out.toString(), err.toString(), exit);
    }

    private static Optional<String> about(String word) {
        long number = Digits.value(word);
        if (number < 0) {
            return Signal.parse(word).map(signal -> Integer.toString(signal.number()));
        }
        long signal = number > BY_SIGNAL ? number - BY_SIGNAL : number;
        if (signal == 0) {
            return Optional.of("EXIT");
        }
        return Signal.parse(Long.toString(signal)).map(Signal::name);
    }

    private static String all() {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (int number = 1; number <= Signal.MAX; number++) {
            Optional<Signal> signal = Signal.parse(Integer.toString(number));
            if (signal.isEmpty()) {
                continue;
            }
            String cell = (number < 10 ? " " : "") + number + ") SIG" + signal.get().name();
            column++;
            if (column % COLUMNS == 0) {
                text.append(cell).append('\n');
            } else {
                Text.column(text, cell, WIDTH);
            }
        }
        return text.append(column % COLUMNS == 0 ? "" : "\n").toString();
    }
}
