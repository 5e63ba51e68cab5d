package taskmaster.ctl;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real surroundings. */
final class Host implements Client.Surroundings {

    @Override
    public TimeZoneOffset zone() {
        return new UserZone();
    }

    @Override
    public InputStream in() {
        return new FileInputStream(FileDescriptor.in);
    }

    @Override
    public boolean inIsTerminal() {
        return isTerminal("/proc/self/fd/0");
    }

    @Override
    public boolean outIsTerminal() {
        return isTerminal("/proc/self/fd/1");
    }

    private static boolean isTerminal(String descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of(descriptor)).toString();
            return file.startsWith("/dev/pts/")
                    || file.startsWith("/dev/tty")
                    || file.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public byte[] input(int most) throws IOException {
        return in().readNBytes(most);
    }

    /** https://no-color.org; a dumb terminal would show the codes. */
    @Override
    public boolean coloursWanted() {
        String refused = System.getenv("NO_COLOR");
        String terminal = System.getenv("TERM");
        return (refused == null || refused.isEmpty()) && !"dumb".equals(terminal);
    }
}
