package taskmaster.activity;

/** What waits for the writer's thread. */
sealed interface QueueEntry permits Line, QueueEntry.Reopen {

    /** The place in the queue where the file is opened again. */
    record Reopen() implements QueueEntry {}
}
