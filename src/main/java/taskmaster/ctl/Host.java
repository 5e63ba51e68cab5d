package taskmaster.ctl;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real surroundings. */
final class Host implements Client.Surroundings {

    @Override
    public TimeZoneOffset zone() {
        return new UserZone();
    }

    @Override
    public boolean outIsTerminal() {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return file.startsWith("/dev/pts/")
                    || file.startsWith("/dev/tty")
                    || file.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public byte[] input(int most) throws IOException {
        return new FileInputStream(FileDescriptor.in).readNBytes(most);
    }

    /** https://no-color.org; a dumb terminal would show the codes. */
    @Override
    public boolean coloursWanted() {
        String refused = System.getenv("NO_COLOR");
        String terminal = System.getenv("TERM");
        return (refused == null || refused.isEmpty()) && !"dumb".equals(terminal);
    }
}
