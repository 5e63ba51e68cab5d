/**
 * The control socket: one listener, two languages (JSON lines and HTTP/1.1), one thread.
 *
 * <p>What a client sends is bounded in size, depth, number and time ({@link
 * taskmaster.server.Limits}), and is answered by whoever stands behind {@link
 * taskmaster.protocol.RequestPort}.
 */
package taskmaster.server;
