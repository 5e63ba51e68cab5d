package taskmaster.ctl;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * taskmasterctl. It lives for some 50 ms, most of which the JVM takes for itself; so what is on the
 * way of {@code status} avoids all that makes the JVM load and link more: regular expressions,
 * streams, lambdas, java.time, System.out.
 */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        // These two are the process's, and not closed; nor is the client: the kernel closes its
        // connection at once, SocketChannel.close takes 2 ms.
        var out = new FileOutputStream(FileDescriptor.out);
        var err = new FileOutputStream(FileDescriptor.err);
        Connection.prepare();
        int exit;
        try {
            exit = new Client(out, err, new Host()).run(args);
        } catch (InputException e) {
            exit = say(err, "ERROR: " + e.getMessage());
        } catch (IOException e) {
            exit = unwritable(err, e);
        } catch (RuntimeException | Error e) {
            exit = say(err, "ERROR: taskmasterctl has a fault: " + e);
        }
        // Not exit: that loads the system's loggers first, and there is no hook to run.
        Runtime.getRuntime().halt(exit);
    }

    /** Who reads our output has gone (head -1), and wants no word of it; a full disk is told. */
    private static int unwritable(FileOutputStream err, IOException cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("Broken pipe")
                ? Outcome.FAILED
                : say(err, "ERROR: cannot write the output: " + message);
    }

    private static int say(FileOutputStream err, String line) {
        try {
            err.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // There is no third place to say it.
            return Outcome.FAILED;
        }
        return Outcome.FAILED;
    }
}
