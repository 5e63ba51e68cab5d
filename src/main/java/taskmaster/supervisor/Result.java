package taskmaster.supervisor;

import java.time.Duration;
import taskmaster.json.Json;
import taskmaster.json.JsonObjectBuilder;
import taskmaster.posix.Errno;
import taskmaster.posix.SpawnFailure;
import taskmaster.protocol.Reply;

/**
 * What became of a request for one process.
 *
 * @param word {@code started}, or the error's code
 * @param message empty where it went well
 * @param stopped it was stopped first (restart)
 */
record Result(int status, String word, String message, boolean stopped) {

    static Result done(String word) {
        return new Result(Reply.OK, word, "", false);
    }

    static Result restarted(boolean stopped) {
        return new Result(Reply.OK, "started", "", stopped);
    }

    static Result accepted() {
        return new Result(Reply.ACCEPTED, "accepted", "", false);
    }

    static Result error(int status, String code, String message) {
        return new Result(status, code, message, false);
    }

    static Result superseded(String by) {
        return error(Reply.CONFLICT, "superseded", "a later request wants it " + by);
    }

    static Result timeout(Duration limit) {
        return error(
                Reply.TIMEOUT,
                "timeout",
                "not done within the time asked (" + limit.toSeconds() + " s)");
    }

    static Result notRunning() {
        return error(Reply.CONFLICT, "not_running", "it is not running");
    }

    /** Its handling threw; {@link Slot#reason} says what became of it. */
    static Result bug(Slot slot) {
        return error(Reply.FAILED, "bug", slot.reason);
    }

    /**
     * Why a start failed: the step before exec where that is known, else that it ended too soon.
     */
    static Result startFailed(Slot slot) {
        return slot.spawnFailure.isPresent()
                ? error(Reply.FAILED, code(slot.spawnFailure.get()), slot.reason)
                : error(Reply.FAILED, "abnormal_termination", slot.reason);
    }

    private static String code(SpawnFailure failure) {
        if (!failure.action().startsWith("run ") && !failure.action().startsWith("find ")) {
            return "spawn_error";
        }
        Errno errno = failure.errno();
        if (errno.equals(Errno.ENOENT) || errno.equals(Errno.ENOTDIR)) {
            return "no_such_file";
        }
        boolean notExecutable =
                errno.equals(Errno.EACCES)
                        || errno.equals(Errno.ENOEXEC)
                        || errno.equals(Errno.EISDIR);
        return notExecutable ? "not_executable" : "spawn_error";
    }

    boolean isSuccess() {
        return status < 300;
    }

    /** The answer to a request for this alone, which failed. */
    Reply toError(String name) {
        Json.Obj error =
                Json.object().put("code", word).put("message", message).put("name", name).build();
        return new Reply(status, Json.object().put("error", error).build());
    }

    /** One entry of {@code results}. */
    Json.Obj toJson(String name) {
        JsonObjectBuilder entry = Json.object().put("name", name).put("status", status);
        if (!isSuccess()) {
            return entry.put("error", Reply.errorBody(word, message)).build();
        }
        entry.put("result", word);
        return stopped ? entry.put("stopped", true).build() : entry.build();
    }
}
