package taskmaster.ctl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.posix.Signal;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;
import taskmaster.protocol.Verb;

/**
 * The words of job control: jobs, bg, kill, and what {@code %1} means elsewhere. Exit codes and
 * messages are bash's. What is current is the session's: one command alone has no current job.
 *
 * <p>Owned by the thread of the command or shell.
 */
final class JobWords {

    /** The way to ask. @throws IOException it cannot be asked, with why */
    interface Daemon {
        Reply ask(Request request) throws IOException;
    }

    /** More are not remembered as used. */
    private static final int MOST_USED = 100;

    private final Daemon daemon;

    /** In a shell, which remembers. */
    private final boolean session;

    /** The jobs that were used, the last one first. */
    private final List<Integer> used = new ArrayList<>();

    /** Paused by this session. */
    private final List<Integer> paused = new ArrayList<>();

    /** What {@code jobs} has shown last of each. */
    private final Map<Integer, String> shown = new HashMap<>();

    /** Who has been told once that it starts again. */
    private final List<Integer> warned = new ArrayList<>();

    private boolean warnedAtExit;

    JobWords(Daemon daemon, boolean session) {
        this.daemon = daemon;
        this.session = session;
    }

    /** This user may not even look. */
    static final class ForbiddenException extends IOException {
        private static final long serialVersionUID = 1;

        ForbiddenException(String message) {
            super(message);
        }
    }

    /** What is said and not done. It does not leave this class. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final int exit;

        Refused(String message, int exit) {
            super(message);
            this.exit = exit;
        }
    }

    /** The jobs as they are now. */
    JobTable table() throws IOException {
        Reply reply = daemon.ask(new Request.Status(new Target.All(), true));
        if (!reply.isSuccess()) {
            throw reply.status() == Reply.FORBIDDEN
                    ? new ForbiddenException(message(reply))
                    : new IOException(message(reply));
        }
        return JobTable.of(Job.all(WireFormat.content(reply)), used);
    }

    private static String message(Reply reply) {
        Json.Obj error = reply.body().getObject("error").orElse(Json.Obj.EMPTY);
        return Text.plain(
                error.getString("message").orElse("taskmasterd answered " + reply.status()));
    }

    /** It becomes the current job: it was brought to the foreground, let go on, or started. */
    void use(Job job) {
        used.removeIf(number -> number == job.number());
        used.addFirst(job.number());
        if (used.size() > MOST_USED) {
            used.removeLast();
        }
    }

    /** This session has paused it. */
    void notePaused(Job job) {
        use(job);
        if (!paused.contains(job.number())) {
            paused.add(job.number());
        }
    }

    /**
     * Whether to stay, since jobs that this session paused are paused still; only once, and not
     * straight after {@code jobs} has shown them.
     */
    boolean staysForPaused() throws IOException {
        if (warnedAtExit || paused.isEmpty()) {
            return false;
        }
        for (Job job : table().jobs()) {
            if (job.isPaused() && paused.contains(job.number())) {
                warnedAtExit = true;
                return true;
            }
        }
        return false;
    }

    /** Another command was run: the next exit warns again. */
    void anotherCommand(String word) {
        if (!word.equals("exit") && !word.equals("quit") && !word.equals("jobs")) {
            warnedAtExit = false;
        }
    }

    /** Whether {@code request} names jobs in a way that only the table of all explains. */
    static boolean isNamedIn(Request request) {
        List<String> names = Answer.names(request);
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).startsWith("%")) {
                return true;
            }
        }
        return false;
    }

    /**
     * The same with the processes that its job specs mean; or an answer: one means none. What is
     * brought to the foreground becomes the current job.
     */
    Invocation explained(Invocation.Ask ask) throws IOException {
        if (!(Answer.target(ask.request()) instanceof Target.Named(var kind, var given))) {
            return ask;
        }
        JobTable table = table();
        List<String> names = new ArrayList<>(given);
        try {
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).startsWith("%")) {
                    names.set(i, one(ask.command(), table, names.get(i)).name());
                }
            }
        } catch (Refused refused) {
            int exit = refused.exit == Outcome.FAILED ? unknown(ask.verb()) : refused.exit;
            return new Invocation.Answered(Outcome.refused(refused.getMessage() + "\n", exit));
        }
        if (ask.request() instanceof Request.Attach
                && table.find(names.getFirst()) instanceof JobTable.Found.One(Job job)) {
            use(job);
        }
        var meant = new Target.Named(kind, names);
        return ask.with(
                ask.request() instanceof Request.Targeted targeted
                        ? targeted.about(meant)
                        : new Request.Pid(Optional.of(meant)));
    }

    /** The exit code of a command that is told of no job, as that of any name that is unknown. */
    private static int unknown(Verb command) {
        return switch (command) {
            case WAIT -> JobWait.NO_JOB;
            case STATUS -> Outcome.UNKNOWN;
            default -> Outcome.FAILED;
        };
    }

    private Job one(String command, JobTable table, String word) throws Refused {
        Optional<JobSpec> spec = JobSpec.parse(word);
        if (!session && spec.isPresent() && spec.get().isOfSession()) {
            throw new Refused(
                    command + ": " + word + ": only a shell has a current job; name it",
                    Outcome.FAILED);
        }
        return switch (table.find(word)) {
            case JobTable.Found.One(Job job) -> job;
            case JobTable.Found.None(String why) ->
                    throw new Refused(command + ": " + why, Outcome.FAILED);
        };
    }

    Outcome run(ShellWord word, List<String> arguments) throws IOException {
        try {
            return switch (word) {
                case JOBS -> jobs(arguments);
                case BG -> background(arguments);
                case KILL -> kill(arguments);
                default -> throw new IllegalArgumentException(word + " is not about jobs");
            };
        } catch (Refused refused) {
            String usage = refused.exit == Outcome.USAGE ? "usage: " + word.usage() + "\n" : "";
            return Outcome.refused(refused.getMessage() + "\n" + usage, refused.exit);
        }
    }

    private Outcome jobs(List<String> arguments) throws IOException, Refused {
        String options = "";
        int next = 0;
        while (next < arguments.size() && isOption(arguments.get(next))) {
            options += arguments.get(next++).substring(1);
        }
        for (int i = 0; i < options.length(); i++) {
            if ("lnprsx".indexOf(options.charAt(i)) < 0) {
                throw new Refused(
                        "jobs: -" + options.charAt(i) + ": invalid option", Outcome.USAGE);
            }
        }
        List<String> rest = arguments.subList(next, arguments.size());
        if (options.contains("x")) {
            if (!options.equals("x")) {
                throw new Refused("jobs: no other options allowed with -x", Outcome.FAILED);
            }
            return JobCommand.run(rest, table(), session);
        }
        if (options.contains("n") && !session) {
            throw new Refused("jobs: -n is for the shell", Outcome.FAILED);
        }
        return list(options, rest);
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.charAt(0) == '-';
    }

    private Outcome list(String options, List<String> specs) throws IOException {
        JobTable table = table();
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        List<Job> wanted = new ArrayList<>();
        for (String spec : specs) {
            try {
                wanted.add(one("jobs", table, spec));
            } catch (Refused refused) {
                err.append(refused.getMessage()).append('\n');
            }
        }
        for (Job job : specs.isEmpty() ? table.jobs() : wanted) {
            boolean runs = job.isLive() && !job.isPaused();
            boolean changed = !job.word().equals(shown.put(job.number(), job.word()));
            boolean meant =
                    (!options.contains("r") || runs)
                            && (!options.contains("s") || job.isPaused())
                            && (!options.contains("n") || changed);
            if (meant && options.contains("p")) {
                out.append(job.isLive() ? job.pid() + "\n" : "");
            } else if (meant) {
                out.append(table.line(job, options.contains("l")));
            }
        }
        int exit = err.isEmpty() ? Outcome.DONE : Outcome.FAILED;
        return Outcome.printed(out.toString(), err.toString(), exit);
    }

    private Outcome background(List<String> arguments) throws IOException, Refused {
        JobTable table = table();
        StringBuilder out = new StringBuilder();
        StringBuilder err = new StringBuilder();
        for (String word : arguments.isEmpty() ? List.of(JobSpec.CURRENT) : arguments) {
            try {
                Job job = one("bg", table, word);
                if (!job.isLive()) {
                    throw new Refused("bg: " + job.name() + " does not run", Outcome.FAILED);
                }
                if (!job.isPaused()) {
                    err.append("bg: job ").append(job.number());
                    err.append(" already in background\n");
                    continue;
                }
                send("bg", job, Signal.CONT, true);
                out.append('[').append(job.number()).append(']').append(table.marker(job));
                out.append(' ').append(job.name()).append(" &\n");
                use(job);
            } catch (Refused refused) {
                err.append(refused.getMessage()).append('\n');
                return Outcome.printed(out.toString(), err.toString(), refused.exit);
            }
        }
        return Outcome.printed(out.toString(), err.toString(), Outcome.DONE);
    }

    private void send(String command, Job job, Signal signal, boolean group)
            throws IOException, Refused {
        var target = new Target.Named(Target.Kind.ANY, List.of(job.name()));
        Reply reply = daemon.ask(new Request.SendSignal(target, signal.name(), group));
        if (!reply.isSuccess()) {
            int exit = reply.status() == Reply.FORBIDDEN ? Outcome.NOT_ALLOWED : Outcome.FAILED;
            throw new Refused(command + ": " + job.name() + ": " + message(reply), exit);
        }
    }

    private Outcome kill(List<String> arguments) throws IOException, Refused {
        int next = 0;
        String named = Signal.TERM.name();
        if (!arguments.isEmpty() && isOption(arguments.get(0))) {
            String option = arguments.get(next++);
            if (option.equals("-l") || option.equals("-L")) {
                return SignalList.of(arguments.subList(1, arguments.size()));
            }
            if (option.equals("-s") || option.equals("-n")) {
                if (next == arguments.size()) {
                    throw new Refused(
                            "kill: " + option + ": option requires an argument", Outcome.USAGE);
                }
                named = arguments.get(next++);
            } else if (!option.equals("--")) {
                named = option.substring(isAttached(option) ? 2 : 1);
            }
        }
        if (next < arguments.size() && arguments.get(next).equals("--")) {
            next++;
        }
        if (next == arguments.size()) {
            throw new Refused("kill: say which job", Outcome.USAGE);
        }
        boolean probe = named.equals("0") || named.equalsIgnoreCase("EXIT");
        Optional<Signal> signal = Signal.parse(named);
        if (signal.isEmpty() && !probe) {
            String what = "kill: " + Text.plain(named) + ": invalid signal specification";
            throw new Refused(what, Outcome.FAILED);
        }
        return killEach(arguments.subList(next, arguments.size()), signal);
    }

    /** {@code -sTERM}, {@code -n15}; but {@code -stop} is a signal. */
    private static boolean isAttached(String option) {
        boolean may = option.charAt(1) == 's' || option.charAt(1) == 'n';
        return may && Signal.parse(option.substring(1)).isEmpty();
    }

    /** {@code signal}: empty asks only whether it lives. */
    private Outcome killEach(List<String> ids, Optional<Signal> signal) throws IOException {
        JobTable table = table();
        StringBuilder err = new StringBuilder();
        int sent = 0;
        int worst = Outcome.FAILED;
        for (String id : ids) {
            try {
                Job job = target(table, id);
                if (!job.isLive()) {
                    throw new Refused("kill: " + job.name() + ": does not run", Outcome.FAILED);
                }
                if (signal.isPresent()) {
                    killOne(job, signal.get(), Digits.value(id) < 0, err);
                }
                sent++;
            } catch (Refused refused) {
                err.append(refused.getMessage()).append('\n');
                worst = Math.max(worst, refused.exit);
            }
        }
        return Outcome.refused(err.toString(), sent > 0 ? Outcome.DONE : worst);
    }

    /** A number is a pid, with - a process group, and both only of what is kept. */
    private Job target(JobTable table, String id) throws Refused {
        long pid = Digits.value(id.startsWith("-") ? id.substring(1) : id);
        if (pid < 0) {
            return one("kill", table, id);
        }
        for (Job job : table.jobs()) {
            if (job.isLive() && job.pid() == pid) {
                return job;
            }
        }
        throw new Refused("kill: (" + id + ") - No such process of taskmasterd", Outcome.FAILED);
    }

    private void killOne(Job job, Signal signal, boolean group, StringBuilder err)
            throws IOException, Refused {
        send("kill", job, signal, group);
        boolean ends = signal.equals(Signal.TERM) || signal.equals(Signal.HUP);
        if (job.isPaused() && ends) {
            send("kill", job, Signal.CONT, group);
        }
        if (signal.stops()) {
            notePaused(job);
        }
        boolean deadly =
                signal.equals(Signal.TERM)
                        || signal.equals(Signal.KILL)
                        || signal.equals(Signal.INT)
                        || signal.equals(Signal.QUIT);
        if (deadly && job.restarts() && !warned.contains(job.number())) {
            warned.add(job.number());
            err.append("kill: ").append(job.name());
            err.append(" may be started again when it has ended; to keep it down: stop ");
            err.append(job.name()).append('\n');
        }
    }
}
