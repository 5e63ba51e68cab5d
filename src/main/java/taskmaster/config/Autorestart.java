package taskmaster.config;

/** Whether a process that ended by itself is started again. */
public enum Autorestart {
    /** Never. */
    FALSE,
    /** Always. */
    TRUE,
    /** When it was killed by a signal or its exit code is not one of {@code exitcodes}. */
    UNEXPECTED
}
