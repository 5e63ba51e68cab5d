package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import taskmaster.line.Candidate;
import taskmaster.line.Completer;
import taskmaster.line.Completion;

/** Completes words of the shell, with the processes that there are now. */
final class ShellCompleter implements Completer {

    private final Watch watch;

    ShellCompleter(Watch watch) {
        this.watch = watch;
    }

    @Override
    public Completion complete(String line, int cursor) {
        Statements.Typed typed = Statements.typed(line.substring(0, cursor));
        List<Candidate> candidates = new ArrayList<>();
        for (Map.Entry<String, String> found : Candidates.of(typed, watch.processes()).entrySet()) {
            candidates.add(Candidate.of(Candidates.quoted(found.getKey()), found.getValue()));
        }
        return new Completion(typed.start(), candidates);
    }
}
