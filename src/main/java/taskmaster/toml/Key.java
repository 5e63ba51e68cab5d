package taskmaster.toml;

import java.util.List;

/** One part of a key, and where it begins. */
record Key(String name, Position position) {

    /** The first {@code count} parts of {@code path} as one would write them: {@code a."b c"}. */
    static String write(List<Key> path, int count) {
        StringBuilder written = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String name = path.get(i).name();
            boolean bare = !name.isEmpty();
            for (int j = 0; j < name.length(); j++) {
                bare = bare && isBare(name.charAt(j));
            }
            written.append(i == 0 ? "" : ".").append(bare ? name : TextReader.quote(name));
        }
        return written.toString();
    }

    /** Whether {@code c} may stand in a key without quotes. */
    static boolean isBare(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-';
    }
}
