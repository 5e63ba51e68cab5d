package taskmaster.supervisor;

import taskmaster.config.Loaded;
import taskmaster.posix.Signal;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;

/** What comes into the mailbox: there is no other way in. */
sealed interface Message {

    /** A client asks. */
    record Ask(Request request, Responder responder) implements Message {}

    /** The reaper saw that a child ended, was stopped or goes on. */
    record ChildEnded() implements Message {}

    /** The reaper found that there is no child to wait for. */
    record NoChild() implements Message {}

    /** A signal to the daemon. */
    record SignalCame(Signal signal) implements Message {}

    /** The configuration has been read again. */
    record ConfigRead(Loaded loaded, Request.Reload request, Responder responder)
            implements Message {}

    /** What another thread wants done on this one, such as an answer from a file. */
    record Run(Runnable action) implements Message {}
}
