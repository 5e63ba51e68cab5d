package taskmaster.ctl;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import taskmaster.posix.ErrnoException;
import taskmaster.posix.Posix;
import taskmaster.posix.Signal;

/** What the shell's words do. */
final class Words {

    /** As much as an exit code can be (man 3 exit). */
    private static final int MAX_CODE = 255;

    private Words() {}

    /** Returns the exit code. */
    static int run(ShellWord word, Session session, List<String> arguments) throws IOException {
        return switch (word) {
            case JOBS, BG, KILL ->
                    throw new IllegalArgumentException(word + " is not of the shell alone");
            case SUSPEND -> suspend(session, arguments);
            case EXIT, QUIT -> exit(session, arguments);
            case HISTORY -> history(session, arguments);
            case SET -> set(session, arguments);
        };
    }

    private static int exit(Session session, List<String> arguments) throws IOException {
        if (arguments.size() > 1) {
            return session.misused(ShellWord.EXIT, "exit: too many arguments");
        }
        long code = session.lastExit();
        if (!arguments.isEmpty()) {
            code = Digits.value(arguments.get(0));
            if (code < 0 || code > MAX_CODE) {
                return session.misused(
                        ShellWord.EXIT, "exit: \"" + arguments.get(0) + "\" is not from 0 to 255");
            }
        }
        if (staysForPaused(session)) {
            session.complain("There are stopped jobs.\n");
            return Outcome.FAILED;
        }
        session.leave();
        return (int) code;
    }

    /** A daemon that is gone keeps nobody here. */
    private static boolean staysForPaused(Session session) {
        try {
            return session.hasPerson() && session.jobs().staysForPaused();
        } catch (IOException e) {
            return false;
        }
    }

    /** Between commands the terminal is as it was found, so that nothing is to be restored. */
    private static int suspend(Session session, List<String> arguments) throws IOException {
        boolean forced = arguments.equals(List.of("-f"));
        if (!forced && !arguments.isEmpty()) {
            return session.misused(ShellWord.SUSPEND, "suspend: -f is all it knows");
        }
        if (!forced && !session.hasPerson()) {
            session.complain("suspend: no job control\n");
            return Outcome.FAILED;
        }
        try {
            Posix posix = Posix.open();
            posix.kill(posix.pid(), Signal.STOP);
            return Outcome.DONE;
        } catch (ErrnoException e) {
            session.complain("suspend: " + e.getMessage() + "\n");
            return Outcome.FAILED;
        }
    }

    private static int history(Session session, List<String> arguments) throws IOException {
        Optional<List<String>> lines = session.lines().history();
        if (lines.isEmpty()) {
            session.complain("history: there is none where lines are not edited\n");
            return Outcome.FAILED;
        }
        int size = lines.get().size();
        long count = arguments.isEmpty() ? size : Digits.value(arguments.get(0));
        if (arguments.size() > 1 || count < 0) {
            return session.misused(ShellWord.HISTORY, "history: one COUNT at most");
        }
        StringBuilder text = new StringBuilder();
        for (int i = (int) Math.max(0, size - count); i < size; i++) {
            String number = Integer.toString(i + 1);
            Text.pad(text, 5 - number.length());
            text.append(number).append("  ").append(Text.plain(lines.get().get(i))).append('\n');
        }
        session.print(text.toString());
        return Outcome.DONE;
    }

    private static int set(Session session, List<String> arguments) throws IOException {
        if (arguments.isEmpty()) {
            StringBuilder text = new StringBuilder();
            for (ShellOption option : ShellOption.values()) {
                Text.column(text, option.word(), 16);
                text.append(session.has(option) ? "on" : "off").append('\n');
            }
            session.print(text.toString());
            return Outcome.DONE;
        }
        int next = 0;
        while (next < arguments.size()) {
            String argument = arguments.get(next++);
            boolean named = argument.equals("-o") || argument.equals("+o");
            String word = named && next < arguments.size() ? arguments.get(next++) : argument;
            Optional<ShellOption> option =
                    named ? ShellOption.named(word) : ShellOption.lettered(word);
            if (option.isEmpty()) {
                return session.misused(ShellWord.SET, "set: there is no option " + word);
            }
            session.set(option.get(), argument.charAt(0) == '-');
        }
        return Outcome.DONE;
    }
}
