package taskmaster.testing;

import java.util.Optional;
import taskmaster.json.Json;

/**
 * One process in the answer to {@code status}.
 *
 * @param pid 0 when there is none
 * @param uptime seconds, 0 when it is not up
 * @param exitCode of the last run that ended by itself
 * @param exitSignal of the last run that a signal ended
 */
public record ProcessStatus(
        String name,
        String state,
        long pid,
        double uptime,
        Optional<Long> exitCode,
        Optional<String> exitSignal,
        long restarts,
        String reason) {

    static ProcessStatus of(Json.Obj process) {
        Optional<Json.Obj> exit = process.getObject("exit");
        Optional<Long> code = Optional.empty();
        if (exit.isPresent() && exit.get().getLong("code").isPresent()) {
            code = Optional.of(exit.get().getLong("code").getAsLong());
        }
        double uptime =
                process.get("uptime").orElse(Json.num(0)) instanceof Json.Num number
                        ? number.toDouble()
                        : 0;
        return new ProcessStatus(
                process.getString("name").orElse(""),
                process.getString("state").orElse(""),
                process.getLong("pid").orElse(0),
                uptime,
                code,
                exit.flatMap(value -> value.getString("signal")),
                process.getLong("restarts").orElse(0),
                process.getString("reason").orElse(""));
    }
}
