package taskmaster.protocol;

import java.util.List;

/** Which processes a request is about. */
public sealed interface Target {

    /** Every process. */
    record All() implements Target {}

    /**
     * Those with one of these names, not empty. A name is {@code program}, {@code group}, {@code
     * group:process} or {@code process}, as far as {@code kind} allows; {@code *} stands for any
     * characters; {@code group:} is the whole group.
     */
    record Named(Kind kind, List<String> names) implements Target {
        public Named {
            names = List.copyOf(names);
        }
    }

    /** The field {@code target}; {@code ANY} where it is not given but a name is. */
    enum Kind {
        ANY,
        PROGRAM,
        GROUP,
        PROCESS
    }
}
