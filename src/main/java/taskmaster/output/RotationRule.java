package taskmaster.output;

/**
 * When a log is rotated and what is kept of it.
 *
 * @param maxBytes no file is ever larger; 0: no limit
 * @param backups older files that are kept, 0 or more
 * @param period with the first byte after its end it is rotated
 * @param compress older files are compressed (gzip)
 * @param totalBytes what all files of all logs of a program may have together, the oldest go first;
 *     0: no limit
 * @param makeDirectory whether a missing directory is made
 */
public record RotationRule(
        long maxBytes,
        int backups,
        Period period,
        boolean compress,
        long totalBytes,
        boolean makeDirectory) {

    public RotationRule {
        if (maxBytes < 0 || backups < 0 || totalBytes < 0) {
            throw new IllegalArgumentException(maxBytes + " bytes, " + backups + " backups");
        }
    }

    /** By size alone. */
    static RotationRule bySize(long maxBytes, int backups) {
        return new RotationRule(maxBytes, backups, Period.ENDLESS, false, 0, false);
    }

    /** The limit, or what no file reaches. */
    long limit() {
        return maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
    }
}
