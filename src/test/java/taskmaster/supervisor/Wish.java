package taskmaster.supervisor;

/** What the last request wants of a process. */
enum Wish {
    UP,
    DOWN,
    /** The configuration decided after the last request. */
    EITHER
}
