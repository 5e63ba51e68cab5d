package taskmaster.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names of users for the log. Only those of /etc/passwd (man 5 passwd), read when somebody new
 * comes: a user database in the network could keep the server waiting. Owned by the server's
 * thread.
 */
final class UserNames {

    /** Beyond this a user remains a number: the file must not keep the server busy. */
    private static final int MOST_LINES = 10_000;

    /** Of users that are remembered. */
    private static final int MOST_KNOWN = 256;

    private final Path file;
    private final Map<Integer, Optional<String>> known = new HashMap<>();

    UserNames(Path file) {
        this.file = file;
    }

    /** {@code 1000 (alice)}, or {@code 1000} where the name is not known. */
    String describe(int uid) {
        String number = Integer.toUnsignedString(uid);
        Optional<String> name = name(uid, number);
        return name.isEmpty() ? number : number + " (" + name.get() + ")";
    }

    private Optional<String> name(int uid, String number) {
        Optional<String> name = known.get(uid);
        if (name != null) {
            return name;
        }
        try {
            name = find(number);
        } catch (IOException e) {
            return Optional.empty(); // without a descriptor, say: another time it may be there
        }
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(uid, name);
        return name;
    }

    /** {@code name:password:uid:…} is a line. ISO 8859-1, in which nothing is malformed. */
    private Optional<String> find(String number) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String line = lines.readLine();
            for (int i = 0; line != null && i < MOST_LINES; i++) {
                int name = line.indexOf(':');
                int password = line.indexOf(':', name + 1);
                int uid = line.indexOf(':', password + 1);
                if (name > 0
                        && password > name
                        && uid > password
                        && line.substring(password + 1, uid).equals(number)) {
                    return Optional.of(line.substring(0, name));
                }
                line = lines.readLine();
            }
        }
        return Optional.empty();
    }
}
