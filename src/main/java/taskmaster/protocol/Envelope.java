package taskmaster.protocol;

import java.util.Optional;
import taskmaster.json.Json;

/**
 * A request as it travels.
 *
 * @param id a JSON scalar of the client's choice, repeated in every reply to this request
 */
public record Envelope(Optional<Json> id, Request request) {

    public Envelope {
        if (id.isPresent() && (id.get() instanceof Json.Obj || id.get() instanceof Json.Arr)) {
            throw new IllegalArgumentException("an id is a JSON scalar");
        }
    }

    public static Envelope of(Request request) {
        return new Envelope(Optional.empty(), request);
    }
}
