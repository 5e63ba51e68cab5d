package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import taskmaster.json.Json;

/** The parts of a followed log, for {@code top}: all in one place, errors too. */
final class TopLog {

    private final LogView view;

    TopLog(LogView view) {
        this.view = view;
    }

    void show(Json.Obj part, ByteArrayOutputStream out) {
        Optional<Json.Obj> error = part.getObject("error");
        if (error.isPresent()) {
            note(Text.plain(error.get().getString("message").orElse("")), out);
        }
        if (part.getString("event").orElse("").equals("truncated")) {
            note("File truncated", out);
        }
        byte[] bytes = WireFormat.bytes(part);
        Optional<String> name = part.getString("name");
        if (name.isPresent()) {
            view.show(name.get(), part.getString("stream").orElse(""), true, bytes, out);
        } else {
            view.show(bytes, out);
        }
    }

    private static void note(String text, ByteArrayOutputStream out) {
        out.writeBytes(("==> " + text + " <==\n").getBytes(UTF_8));
    }
}
