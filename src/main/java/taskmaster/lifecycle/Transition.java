package taskmaster.lifecycle;

import java.util.List;

/** The outcome of a step: the next state, and what has to be done. */
public record Transition(ProcessState next, List<Action> actions) {

    public Transition {
        actions = List.copyOf(actions);
    }
}
