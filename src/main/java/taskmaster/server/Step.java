package taskmaster.server;

import taskmaster.protocol.Envelope;

/** What a language made of the input. */
sealed interface Step {

    /** A request; the next step is taken when it has its final reply. */
    record Asked(Envelope envelope) implements Step {}

    enum Plain implements Step {
        /** More bytes are needed. */
        INCOMPLETE,
        /** The language has done something itself; on with the next step. */
        DONE,
        /** Nothing more will be understood: the connection ends when all is sent. */
        END
    }
}
