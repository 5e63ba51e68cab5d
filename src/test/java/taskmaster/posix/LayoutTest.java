package taskmaster.posix;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Numbers and layouts that stand in the sources are those of the C headers. */
class LayoutTest {

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void systemCallsHaveTheirNumbers(Architecture architecture) throws Exception {
        List<String> assertions = new ArrayList<>();
        for (Sysno call : Sysno.values()) {
            String name = "SYS_" + call.name().toLowerCase(java.util.Locale.ROOT);
            assertions.add(Headers.equal(name, call.number(architecture)));
        }
        Headers.check(architecture, assertions);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void whatDiffersByArchitectureIsAsItSays(Architecture architecture) throws Exception {
        Headers.check(
                architecture,
                List.of(
                        Headers.equal("O_NOFOLLOW", architecture.noFollow),
                        Headers.equal("offsetof(struct stat, st_mode)", architecture.statMode),
                        Headers.equal("offsetof(struct stat, st_nlink)", architecture.statLinks),
                        Headers.equal("offsetof(struct stat, st_uid)", architecture.statOwner),
                        Headers.equal("offsetof(struct epoll_event, events)", 0),
                        Headers.equal("offsetof(struct epoll_event, data)", architecture.epollData),
                        Headers.equal("sizeof(struct epoll_event)", architecture.epollData + 8),
                        "_Static_assert(sizeof(struct stat) <= 192, \"stat\");"));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void openFlagsAreThoseOfC(Architecture architecture) throws Exception {
        Headers.check(
                architecture,
                List.of(
                        Headers.equal("O_WRONLY", OpenFlag.WRITE.bits(architecture)),
                        Headers.equal("O_RDWR", OpenFlag.READ_WRITE.bits(architecture)),
                        Headers.equal("O_CREAT", OpenFlag.CREATE.bits(architecture)),
                        Headers.equal("O_EXCL", OpenFlag.EXCLUSIVE.bits(architecture)),
                        Headers.equal("O_NOCTTY", OpenFlag.NO_CTTY.bits(architecture)),
                        Headers.equal("O_TRUNC", OpenFlag.TRUNCATE.bits(architecture)),
                        Headers.equal("O_APPEND", OpenFlag.APPEND.bits(architecture)),
                        Headers.equal("O_NONBLOCK", OpenFlag.NONBLOCK.bits(architecture)),
                        Headers.equal("O_PATH", OpenFlag.PATH.bits(architecture)),
                        Headers.equal("O_CLOEXEC", OpenFlag.CLOSE_ON_EXEC)));
    }

    @Test
    void structuresAndConstantsAreTheSameOnBoth() throws Exception {
        Headers.check(
                List.of(
                        Headers.equal("sizeof(siginfo_t)", 128),
                        Headers.equal("offsetof(siginfo_t, si_code)", 8),
                        Headers.equal("offsetof(siginfo_t, si_pid)", 16),
                        Headers.equal("offsetof(siginfo_t, si_status)", 24),
                        Headers.equal("CLD_EXITED", 1),
                        Headers.equal("CLD_DUMPED", 3),
                        Headers.equal("P_ALL", 0),
                        Headers.equal("P_PID", 1),
                        Headers.equal("WNOHANG", 1),
                        Headers.equal("WEXITED", 4),
                        Headers.equal("WNOWAIT", 0x01000000),
                        Headers.equal("sizeof(struct sigaction)", SignalPipe.ACTION_BYTES),
                        Headers.equal("offsetof(struct sigaction, sa_handler)", 0),
                        Headers.equal(
                                "offsetof(struct sigaction, sa_flags)", SignalPipe.ACTION_FLAGS),
                        Headers.equal("SA_RESTART", 0x10000000),
                        Headers.equal("SA_ONSTACK", 0x08000000),
                        Headers.equal("SIG_SETMASK", 2),
                        Headers.equal("SIGCHLD", 17),
                        Headers.equal("sizeof(struct passwd)", 48),
                        Headers.equal("offsetof(struct passwd, pw_name)", 0),
                        Headers.equal("offsetof(struct passwd, pw_uid)", 16),
                        Headers.equal("offsetof(struct passwd, pw_gid)", 20),
                        Headers.equal("offsetof(struct passwd, pw_dir)", 32),
                        Headers.equal("offsetof(struct passwd, pw_shell)", 40),
                        Headers.equal("offsetof(struct group, gr_gid)", 16),
                        "_Static_assert(sizeof(struct group) <= 48, \"group\");",
                        Headers.equal("sizeof(struct rlimit)", 16),
                        Headers.equal("offsetof(struct rlimit, rlim_max)", 8),
                        Headers.equal("RLIMIT_NOFILE", Resource.NOFILE.number),
                        Headers.equal("RLIMIT_NPROC", Resource.NPROC.number),
                        Headers.equal("(long) RLIM_INFINITY", -1),
                        Headers.equal("PR_SET_CHILD_SUBREAPER", 36),
                        Headers.equal("AT_FDCWD", Posix.AT_FDCWD),
                        Headers.equal("AT_SYMLINK_NOFOLLOW", 0x100),
                        Headers.equal("AT_REMOVEDIR", 0x200),
                        Headers.equal("S_IFIFO", 0x1000),
                        Headers.equal("S_IFDIR", 0x4000),
                        Headers.equal("offsetof(struct stat, st_dev)", Architecture.STAT_DEVICE),
                        Headers.equal("offsetof(struct stat, st_ino)", Architecture.STAT_INODE),
                        Headers.equal("offsetof(struct stat, st_size)", Architecture.STAT_SIZE),
                        Headers.equal("offsetof(struct stat, st_mtim)", Architecture.STAT_MODIFIED),
                        Headers.equal("SPLICE_F_NONBLOCK", 2),
                        Headers.equal("F_SETPIPE_SZ", 1031),
                        Headers.equal("sizeof(struct open_how)", Posix.OPEN_HOW_BYTES),
                        Headers.equal("offsetof(struct open_how, flags)", 0),
                        Headers.equal("offsetof(struct open_how, mode)", 8),
                        Headers.equal("offsetof(struct open_how, resolve)", 16),
                        Headers.equal("RESOLVE_NO_SYMLINKS", Posix.RESOLVE_NO_SYMLINKS),
                        Headers.equal("F_SETFL", Posix.F_SETFL),
                        Headers.equal("S_IFMT", 0xf000),
                        Headers.equal("S_IFREG", 0x8000),
                        Headers.equal("CLONE_VM", 0x100),
                        Headers.equal("CLONE_CHILD_CLEARTID", 0x200000),
                        Headers.equal("FUTEX_WAIT", 0),
                        Headers.equal("sizeof(struct inotify_event)", FileWatch.EVENT_BYTES),
                        Headers.equal("offsetof(struct inotify_event, mask)", 4),
                        Headers.equal("offsetof(struct inotify_event, len)", 12),
                        Headers.equal("IN_MODIFY", FileWatch.MODIFY),
                        Headers.equal("IN_ATTRIB", FileWatch.ATTRIB),
                        Headers.equal("IN_DELETE_SELF", FileWatch.DELETE_SELF),
                        Headers.equal("IN_MOVE_SELF", FileWatch.MOVE_SELF),
                        Headers.equal("IN_Q_OVERFLOW", FileWatch.OVERFLOW),
                        Headers.equal("IN_IGNORED", FileWatch.IGNORED),
                        Headers.equal("sizeof(struct pollfd)", 8),
                        Headers.equal("POLLIN", 1)));
    }

    @Test
    void pseudoTerminalsAreTheSameOnBoth() throws Exception {
        Headers.check(
                List.of(
                        Headers.equal("TIOCGPTPEER", PseudoTerminal.TIOCGPTPEER),
                        Headers.equal("TIOCSPTLCK", PseudoTerminal.TIOCSPTLCK),
                        Headers.equal("TIOCSCTTY", PseudoTerminal.TIOCSCTTY),
                        Headers.equal("TCSETS", PseudoTerminal.TCSETS),
                        Headers.equal("IUTF8", PseudoTerminal.IUTF8)));
    }

    @Test
    void socketsAndEventsAreTheSameOnBoth() throws Exception {
        Headers.check(
                List.of(
                        Headers.equal("AF_UNIX", UnixSocket.AF_UNIX),
                        Headers.equal("SOCK_STREAM", UnixSocket.SOCK_STREAM),
                        Headers.equal("SOCK_CLOEXEC | SOCK_NONBLOCK", UnixSocket.flags()),
                        Headers.equal("sizeof(struct sockaddr_un)", UnixSocket.ADDRESS_BYTES),
                        Headers.equal("sizeof(sa_family_t)", UnixSocket.PATH_OFFSET),
                        Headers.equal(
                                "offsetof(struct sockaddr_un, sun_path)", UnixSocket.PATH_OFFSET),
                        Headers.equal("MSG_NOSIGNAL", SocketIo.MSG_NOSIGNAL),
                        Headers.equal("SHUT_WR", SocketIo.SHUT_WR),
                        Headers.equal("SOL_SOCKET", SocketIo.SOL_SOCKET),
                        Headers.equal("SO_PEERCRED", SocketIo.SO_PEERCRED),
                        Headers.equal("SO_PEERGROUPS", SocketIo.SO_PEERGROUPS),
                        Headers.equal("sizeof(struct ucred)", SocketIo.CREDENTIALS_BYTES),
                        Headers.equal("offsetof(struct ucred, pid)", 0),
                        Headers.equal("offsetof(struct ucred, uid)", 4),
                        Headers.equal("offsetof(struct ucred, gid)", 8),
                        Headers.equal("sizeof(gid_t)", Integer.BYTES),
                        Headers.equal("sizeof(socklen_t)", Integer.BYTES),
                        Headers.equal("EPOLLIN", Epoll.IN),
                        Headers.equal("EPOLLOUT", Epoll.OUT),
                        Headers.equal("EPOLLERR", Epoll.ERR),
                        Headers.equal("EPOLLHUP", Epoll.HUP),
                        Headers.equal("(int) EPOLLET", 1 << 31),
                        Headers.equal("EPOLL_CTL_ADD", 1),
                        Headers.equal("EPOLL_CTL_DEL", 2),
                        Headers.equal("EPOLL_CTL_MOD", 3),
                        Headers.equal("EPOLL_CLOEXEC", OpenFlag.CLOSE_ON_EXEC),
                        Headers.equal("EFD_CLOEXEC | EFD_NONBLOCK", UnixSocket.flags())));
    }

    @Test
    void terminalsAreTheSameOnBoth() throws Exception {
        Headers.check(
                List.of(
                        Headers.equal("TCGETS", Terminal.TCGETS),
                        Headers.equal("TCSETSW", Terminal.TCSETSW),
                        Headers.equal("TIOCGPGRP", Terminal.TIOCGPGRP),
                        Headers.equal("TIOCGWINSZ", Terminal.TIOCGWINSZ),
                        Headers.equal("TIOCSWINSZ", Terminal.TIOCSWINSZ),
                        Headers.equal("sizeof(struct termios)", Terminal.TERMIOS_BYTES),
                        Headers.equal("offsetof(struct termios, c_iflag)", Terminal.INPUT_FLAGS),
                        Headers.equal("offsetof(struct termios, c_oflag)", Terminal.OUTPUT_FLAGS),
                        Headers.equal("offsetof(struct termios, c_cflag)", Terminal.CONTROL_FLAGS),
                        Headers.equal("offsetof(struct termios, c_lflag)", Terminal.LOCAL_FLAGS),
                        Headers.equal("offsetof(struct termios, c_cc)", Terminal.CHARACTERS),
                        Headers.equal("VTIME", Terminal.VTIME),
                        Headers.equal("VMIN", Terminal.VMIN),
                        Headers.equal("BRKINT", Terminal.BRKINT),
                        Headers.equal("ICRNL", Terminal.ICRNL),
                        Headers.equal("IXON", Terminal.IXON),
                        Headers.equal(
                                "IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON",
                                Terminal.INPUT_CHANGES),
                        Headers.equal("OPOST", Terminal.OPOST),
                        Headers.equal("ONLCR", Terminal.ONLCR),
                        Headers.equal("CSIZE | PARENB", Terminal.CSIZE_PARENB),
                        Headers.equal("CS8", Terminal.CS8),
                        Headers.equal("ISIG", Terminal.ISIG),
                        Headers.equal("ICANON", Terminal.ICANON),
                        Headers.equal("ECHO", Terminal.ECHO),
                        Headers.equal("ECHOE | ECHOK", Terminal.ECHOE_ECHOK),
                        Headers.equal("ECHONL", Terminal.ECHONL),
                        Headers.equal("IEXTEN", Terminal.IEXTEN),
                        Headers.equal("sizeof(struct winsize)", Terminal.WINSIZE_BYTES),
                        Headers.equal("offsetof(struct winsize, ws_row)", 0),
                        Headers.equal("offsetof(struct winsize, ws_col)", 2)));
    }

    @Test
    void signalsHaveTheirNumbers() throws Exception {
        List<String> assertions = new ArrayList<>();
        for (int number = 1; number <= 31; number++) {
            assertions.add(Headers.equal("SIG" + new Signal(number).name(), number));
        }
        assertions.add(Headers.equal("_NSIG - 1", Signal.MAX));
        Headers.check(assertions);
    }
}
