package taskmaster.posix;

/**
 * A resource's limits: the soft one holds, and may be raised up to the hard one. {@link #INFINITY}
 * is no limit and greater than all others.
 */
public record Limits(long soft, long hard) {

    /** The kernel's RLIM_INFINITY is {@code ~0UL}; here it is the greatest long. */
    public static final long INFINITY = Long.MAX_VALUE;

    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException where soft is greater than hard, or one is negative
     */
    public Limits {
        if (soft < 0 || soft > hard) {
            throw new IllegalArgumentException("not limits: soft " + soft + ", hard " + hard);
        }
    }

    /** From the kernel's unsigned numbers. */
    static Limits ofKernel(long soft, long hard) {
        return new Limits(soft < 0 ? INFINITY : soft, hard < 0 ? INFINITY : hard);
    }

    static long toKernel(long limit) {
        return limit == INFINITY ? -1 : limit;
    }
}
