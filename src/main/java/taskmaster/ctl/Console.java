package taskmaster.ctl;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a shell reads from and prints to. */
record Console(LineSource lines, OutputStream out, OutputStream err) {

    void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    void complain(String text) throws IOException {
        err.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
