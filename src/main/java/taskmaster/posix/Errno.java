package taskmaster.posix;

/**
 * An error number of the kernel (man 3 errno), printed as {@code ENOENT (no such file or
 * directory)}.
 *
 * <p>The table is asm-generic's, which x86-64 and aarch64 share.
 */
public record Errno(int number) {

    public static final Errno EPERM = new Errno(1);
    public static final Errno ENOENT = new Errno(2);
    public static final Errno ESRCH = new Errno(3);
    public static final Errno EINTR = new Errno(4);
    public static final Errno EIO = new Errno(5);
    public static final Errno E2BIG = new Errno(7);
    public static final Errno ENOEXEC = new Errno(8);
    public static final Errno EBADF = new Errno(9);
    public static final Errno ECHILD = new Errno(10);
    public static final Errno EAGAIN = new Errno(11);
    public static final Errno ENOMEM = new Errno(12);
    public static final Errno EACCES = new Errno(13);
    public static final Errno EEXIST = new Errno(17);
    public static final Errno ENOTDIR = new Errno(20);
    public static final Errno EISDIR = new Errno(21);
    public static final Errno EINVAL = new Errno(22);
    public static final Errno ENFILE = new Errno(23);
    public static final Errno EMFILE = new Errno(24);
    public static final Errno ENOSPC = new Errno(28);
    public static final Errno EPIPE = new Errno(32);
    public static final Errno ERANGE = new Errno(34);
    public static final Errno ENOSYS = new Errno(38);
    public static final Errno ELOOP = new Errno(40);
    public static final Errno ENOPROTOOPT = new Errno(92);
    public static final Errno EADDRINUSE = new Errno(98);
    public static final Errno ECONNRESET = new Errno(104);
    public static final Errno ETIMEDOUT = new Errno(110);
    public static final Errno ECONNREFUSED = new Errno(111);

    /** Name, a space, meaning; the first is errno 1. */
    private static final String[] TABLE = {
        "EPERM operation not permitted",
        "ENOENT no such file or directory",
        "ESRCH no such process",
        "EINTR interrupted system call",
        "EIO input/output error",
        "ENXIO no such device or address",
        "E2BIG argument list too long",
        "ENOEXEC exec format error",
        "EBADF bad file descriptor",
        "ECHILD no child processes",
        "EAGAIN resource temporarily unavailable",
        "ENOMEM cannot allocate memory",
        "EACCES permission denied",
        "EFAULT bad address",
        "ENOTBLK block device required",
        "EBUSY device or resource busy",
        "EEXIST file exists",
        "EXDEV invalid cross-device link",
        "ENODEV no such device",
        "ENOTDIR not a directory",
        "EISDIR is a directory",
        "EINVAL invalid argument",
        "ENFILE too many open files in system",
        "EMFILE too many open files",
        "ENOTTY inappropriate ioctl for device",
        "ETXTBSY text file busy",
        "EFBIG file too large",
        "ENOSPC no space left on device",
        "ESPIPE illegal seek",
        "EROFS read-only file system",
        "EMLINK too many links",
        "EPIPE broken pipe",
        "EDOM numerical argument out of domain",
        "ERANGE numerical result out of range",
        "EDEADLK resource deadlock avoided",
        "ENAMETOOLONG file name too long",
        "ENOLCK no locks available",
        "ENOSYS function not implemented",
        "ENOTEMPTY directory not empty",
        "ELOOP too many levels of symbolic links",
        "",
        "ENOMSG no message of desired type",
        "EIDRM identifier removed",
        "ECHRNG channel number out of range",
        "EL2NSYNC level 2 not synchronized",
        "EL3HLT level 3 halted",
        "EL3RST level 3 reset",
        "ELNRNG link number out of range",
        "EUNATCH protocol driver not attached",
        "ENOCSI no CSI structure available",
        "EL2HLT level 2 halted",
        "EBADE invalid exchange",
        "EBADR invalid request descriptor",
        "EXFULL exchange full",
        "ENOANO no anode",
        "EBADRQC invalid request code",
        "EBADSLT invalid slot",
        "",
        "EBFONT bad font file format",
        "ENOSTR device not a stream",
        "ENODATA no data available",
        "ETIME timer expired",
        "ENOSR out of streams resources",
        "ENONET machine is not on the network",
        "ENOPKG package not installed",
        "EREMOTE object is remote",
        "ENOLINK link has been severed",
        "EADV advertise error",
        "ESRMNT srmount error",
        "ECOMM communication error on send",
        "EPROTO protocol error",
        "EMULTIHOP multihop attempted",
        "EDOTDOT RFS specific error",
        "EBADMSG bad message",
        "EOVERFLOW value too large for defined data type",
        "ENOTUNIQ name not unique on network",
        "EBADFD file descriptor in bad state",
        "EREMCHG remote address changed",
        "ELIBACC can not access a needed shared library",
        "ELIBBAD accessing a corrupted shared library",
        "ELIBSCN .lib section in a.out corrupted",
        "ELIBMAX attempting to link in too many shared libraries",
        "ELIBEXEC cannot exec a shared library directly",
        "EILSEQ invalid or incomplete multibyte or wide character",
        "ERESTART interrupted system call should be restarted",
        "ESTRPIPE streams pipe error",
        "EUSERS too many users",
        "ENOTSOCK socket operation on non-socket",
        "EDESTADDRREQ destination address required",
        "EMSGSIZE message too long",
        "EPROTOTYPE protocol wrong type for socket",
        "ENOPROTOOPT protocol not available",
        "EPROTONOSUPPORT protocol not supported",
        "ESOCKTNOSUPPORT socket type not supported",
        "EOPNOTSUPP operation not supported",
        "EPFNOSUPPORT protocol family not supported",
        "EAFNOSUPPORT address family not supported by protocol",
        "EADDRINUSE address already in use",
        "EADDRNOTAVAIL cannot assign requested address",
        "ENETDOWN network is down",
        "ENETUNREACH network is unreachable",
        "ENETRESET network dropped connection on reset",
        "ECONNABORTED software caused connection abort",
        "ECONNRESET connection reset by peer",
        "ENOBUFS no buffer space available",
        "EISCONN transport endpoint is already connected",
        "ENOTCONN transport endpoint is not connected",
        "ESHUTDOWN cannot send after transport endpoint shutdown",
        "ETOOMANYREFS too many references: cannot splice",
        "ETIMEDOUT connection timed out",
        "ECONNREFUSED connection refused",
        "EHOSTDOWN host is down",
        "EHOSTUNREACH no route to host",
        "EALREADY operation already in progress",
        "EINPROGRESS operation now in progress",
        "ESTALE stale file handle",
        "EUCLEAN structure needs cleaning",
        "ENOTNAM not a XENIX named type file",
        "ENAVAIL no XENIX semaphores available",
        "EISNAM is a named type file",
        "EREMOTEIO remote I/O error",
        "EDQUOT disk quota exceeded",
        "ENOMEDIUM no medium found",
        "EMEDIUMTYPE wrong medium type",
        "ECANCELED operation canceled",
        "ENOKEY required key not available",
        "EKEYEXPIRED key has expired",
        "EKEYREVOKED key has been revoked",
        "EKEYREJECTED key was rejected by service",
        "EOWNERDEAD owner died",
        "ENOTRECOVERABLE state not recoverable",
        "ERFKILL operation not possible due to RF-kill",
        ""
    };

    /** {@code ENOENT}; a number that the table does not have is {@code errno 4711}. */
    public String name() {
        String row = row();
        return row.isEmpty() ? "errno " + number : row.substring(0, row.indexOf(' '));
    }

    /** {@code no such file or directory}. */
    public String meaning() {
        String row = row();
        return row.isEmpty() ? "unknown error" : row.substring(row.indexOf(' ') + 1);
    }

    private String row() {
        return number >= 1 && number <= TABLE.length ? TABLE[number - 1] : "";
    }

    /** Written out, as is the next: what a record has of its own costs milliseconds at start-up. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Errno errno && errno.number == number;
    }

    @Override
    public int hashCode() {
        return number;
    }

    @Override
    public String toString() {
        return name() + " (" + meaning() + ")";
    }
}
