package taskmaster.ctl;

import java.util.List;
import java.util.Optional;
import taskmaster.protocol.Verb;

/**
 * What the arguments of taskmasterctl ask for. {@link Arguments} tells them apart, {@link Requests}
 * makes the request.
 *
 * <p>Plain loops in all of them on purpose: they run once in a process that lives for some 50 ms.
 */
final class CommandLine {

    private CommandLine() {}

    static Invocation parse(String... args) {
        if (args.length > 0 && args[0].equals("--complete")) {
            return new Invocation.Complete(List.of(args).subList(1, args.length));
        }
        Arguments arguments = new Arguments(args);
        try {
            arguments.scan();
            return invocation(arguments);
        } catch (UsageException e) {
            String hint =
                    arguments.verb().isPresent()
                            ? "usage: taskmasterctl " + arguments.verb().get().usage() + "\n"
                            : "For help, use taskmasterctl --help\n";
            return refused(e.getMessage() + "\n" + hint);
        }
    }

    private static Invocation refused(String message) {
        return new Invocation.Answered(Outcome.refused(message, Outcome.USAGE));
    }

    private static Invocation printed(String text) {
        return new Invocation.Answered(Outcome.printed(text, Outcome.DONE));
    }

    private static Invocation invocation(Arguments arguments) throws UsageException {
        Optional<Verb> verb = arguments.verb();
        if (arguments.has(Flag.VERSION)) {
            return printed(Usage.version());
        }
        if (arguments.has(Flag.HELP)) {
            return printed(verb.isPresent() ? Usage.of(verb.get()) : Usage.full());
        }
        if (arguments.jobWord().isPresent()) {
            return new Invocation.Jobs(
                    arguments.options(), arguments.jobWord().get(), arguments.words());
        }
        boolean interactive = arguments.has(Flag.INTERACTIVE);
        boolean stopsAtError = arguments.has(Flag.STOPS_AT_ERROR);
        if (verb.isPresent() && !interactive) {
            if (stopsAtError) {
                throw new UsageException("Error: -e is for the shell");
            }
            return command(verb.get(), arguments);
        }
        if (verb.isEmpty() && needsCommand(arguments)) {
            return refused("Error: a command is needed\n" + Usage.brief());
        }
        Optional<Invocation> first =
                verb.isPresent() ? Optional.of(command(verb.get(), arguments)) : Optional.empty();
        return new Invocation.Shell(arguments.options(), stopsAtError, first);
    }

    private static boolean needsCommand(Arguments arguments) {
        return arguments.has(Flag.JSON)
                || arguments.has(Flag.NO_WAIT)
                || arguments.has(Flag.RAW)
                || arguments.timeout().isPresent()
                || !arguments.kindNames().isEmpty();
    }

    private static Invocation command(Verb verb, Arguments arguments) throws UsageException {
        if (verb == Verb.HELP && !arguments.has(Flag.JSON)) {
            return help(arguments.words());
        }
        return new Invocation.Ask(
                arguments.options(), arguments.command(), verb, Requests.of(verb, arguments));
    }

    /** Exit code 0, supervisorctl's, also for what there is no help on. */
    private static Invocation help(List<String> words) throws UsageException {
        if (words.size() > 1) {
            throw new UsageException("Error: too many arguments for help");
        }
        return printed(words.isEmpty() ? Usage.full() : Usage.about(words.get(0)));
    }
}
