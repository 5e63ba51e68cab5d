package taskmaster.server;

import java.time.Duration;

/**
 * What one client, and all together, may take from the daemon. Tests use smaller ones.
 *
 * @param connections served at once; one more is told so and closed
 * @param lineBytes of one request, and of the body of one HTTP request
 * @param requestTime from the first byte of a request to its last
 * @param queueBytes replies that one client has not read yet; with more waiting it gets no further
 *     one, it is dropped
 * @param totalBytes of replies not read and requests not complete, of all clients together: with
 *     more, the client that holds most is dropped
 * @param closeTime for what is left to be said when a connection or the server ends
 * @param acceptPause after the system refused a connection, for want of descriptors mostly
 */
record Limits(
        int connections,
        int lineBytes,
        Duration requestTime,
        int queueBytes,
        int totalBytes,
        Duration closeTime,
        Duration acceptPause) {

    /** The heap is 64 MiB, and must hold what the worst clients make us hold. */
    static final Limits DEFAULT =
            new Limits(
                    256,
                    64 * 1024,
                    Duration.ofSeconds(30),
                    4 * 1024 * 1024,
                    8 * 1024 * 1024,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1));

    /** Request line and headers of HTTP. */
    static final int HEAD_BYTES = 16 * 1024;

    /** A size line of a chunked body. */
    static final int CHUNK_LINE_BYTES = 256;

    /** Connections above the limit that are kept until they get their 429 in their language. */
    static final int REFUSED_CONNECTIONS = 16;

    /** Connections of those who may do nothing, to get their 403: they take nobody's place. */
    static final int STRANGERS = 16;

    /** While so much waits to be sent, the next request of that connection waits too. */
    static final int PAUSE_BYTES = 64 * 1024;

    /** Requests of one connection in one turn; then the others have theirs. */
    static final int STEPS_A_TURN = 32;

    /** Connections that the kernel holds for us while we are busy. */
    static final int BACKLOG = 128;

    /**
     * Connections that there may be, of all clients together, for one more to be served: those who
     * may less find no place sooner, so that they cannot lock out those who may more.
     */
    int places(Role role, boolean owner) {
        if (owner) {
            return connections;
        }
        return switch (role) {
            case EVERYTHING -> connections - connections / 16;
            case READ -> connections - connections / 4;
            case NOTHING -> 0;
        };
    }

    /** What is read ahead: one longest line, and enough to see that a line is too long. */
    int inputBytes() {
        return lineBytes + 1024 + HEAD_BYTES;
    }
}
