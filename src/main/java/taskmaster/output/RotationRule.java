package taskmaster.output;

/**
 * How large a log becomes and what is kept of it.
 *
 * @param maxBytes no file is ever larger; 0: no limit
 * @param backups older files that are kept, 0 or more
 * @param makeDirectory whether a missing directory is made
 */
public record RotationRule(long maxBytes, int backups, boolean makeDirectory) {

    public RotationRule {
        if (maxBytes < 0 || backups < 0) {
            throw new IllegalArgumentException(maxBytes + " bytes, " + backups + " backups");
        }
    }

    /** The limit, or what no file reaches. */
    long limit() {
        return maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
    }
}
