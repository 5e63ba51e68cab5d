package taskmaster.posix;

/**
 * The system calls in use and their numbers (Linux: arch/x86/entry/syscalls/syscall_64.tbl, and
 * include/uapi/asm-generic/unistd.h for aarch64). A test compares them with the C headers.
 */
enum Sysno {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    FSTAT(5, 80),
    MMAP(9, 222),
    MPROTECT(10, 226),
    MUNMAP(11, 215),
    RT_SIGACTION(13, 134),
    RT_SIGPROCMASK(14, 135),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    GETPID(39, 172),
    SOCKET(41, 198),
    CONNECT(42, 203),
    SENDTO(44, 206),
    RECVFROM(45, 207),
    SHUTDOWN(48, 210),
    BIND(49, 200),
    LISTEN(50, 201),
    SETSOCKOPT(54, 208),
    GETSOCKOPT(55, 209),
    CLONE(56, 220),
    EXECVE(59, 221),
    KILL(62, 129),
    FCNTL(72, 25),
    FTRUNCATE(77, 46),
    CHDIR(80, 49),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    UMASK(95, 166),
    GETEUID(107, 175),
    SETSID(112, 157),
    SETGROUPS(116, 159),
    SETRESUID(117, 147),
    SETRESGID(119, 149),
    GETPGID(121, 155),
    PRCTL(157, 167),
    FUTEX(202, 98),
    EXIT_GROUP(231, 94),
    EPOLL_CTL(233, 21),
    WAITID(247, 95),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_RM_WATCH(255, 28),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    NEWFSTATAT(262, 79),
    UNLINKAT(263, 35),
    RENAMEAT(264, 38),
    READLINKAT(267, 78),
    FACCESSAT(269, 48),
    PPOLL(271, 73),
    SPLICE(275, 76),
    TEE(276, 77),
    EPOLL_PWAIT(281, 22),
    ACCEPT4(288, 242),
    EVENTFD2(290, 19),
    EPOLL_CREATE1(291, 20),
    DUP3(292, 24),
    PIPE2(293, 59),
    INOTIFY_INIT1(294, 26),
    PRLIMIT64(302, 261),
    CLOSE_RANGE(436, 436),
    OPENAT2(437, 437);

    private final int x8664;
    private final int aarch64;

    Sysno(int x8664, int aarch64) {
        this.x8664 = x8664;
        this.aarch64 = aarch64;
    }

    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x8664;
            case AARCH64 -> aarch64;
        };
    }
}
