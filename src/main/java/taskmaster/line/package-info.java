/**
 * Lines typed on a terminal: keys, an editor with history and completion, what is drawn of it, and
 * the wait for whatever comes next. It knows nothing of what the lines mean.
 *
 * <p>{@link taskmaster.line.LineReader} is the whole of it, for a shell; {@link
 * taskmaster.line.TerminalSession} alone is enough for a program that draws by itself.
 */
package taskmaster.line;
