/*
 * report-self [FILE]: prints to stdout (or FILE, by rename, so that a reader sees it whole) what it was given, one
 * fact a line, "key value", and ends with 0. With --stay FILE it stays until it is killed.
 * Keys: pid ppid sid pgid uid(real effective saved) gid groups umask cwd nonewprivs fd(number target flags)
 * ignored caught blocked pending (signal numbers) rlimit(name soft hard) nice arg env end.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_number(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* The descriptors that were open at the start, collected before we open any: 0 to 65535 by fcntl. */
static void print_descriptors(FILE *out, const int *fds, int count) {
    for (int i = 0; i < count; i++) {
        char name[64], target[PATH_MAX];
        snprintf(name, sizeof name, "/proc/self/fd/%d", fds[i]);
        ssize_t n = readlink(name, target, sizeof target - 1);
        target[n < 0 ? 0 : n] = 0;
        int flags = fcntl(fds[i], F_GETFL);
        const char *mode = (flags & O_ACCMODE) == O_RDONLY ? "r" : (flags & O_ACCMODE) == O_WRONLY ? "w" : "rw";
        fprintf(out, "fd %d %s %s%s%s\n", fds[i], target, mode, flags & O_APPEND ? ",append" : "",
                flags & O_NONBLOCK ? ",nonblock" : "");
    }
}

static void print_signals(FILE *out) {
    fprintf(out, "ignored");
    for (int s = 1; s < 65; s++) {
        struct sigaction now;
        if (s != 32 && s != 33 && sigaction(s, 0, &now) == 0 && now.sa_handler == SIG_IGN) {
            fprintf(out, " %d", s);
        }
    }
    fprintf(out, "\ncaught");
    for (int s = 1; s < 65; s++) {
        struct sigaction now;
        if (s != 32 && s != 33 && sigaction(s, 0, &now) == 0 && now.sa_handler != SIG_IGN && now.sa_handler != SIG_DFL) {
            fprintf(out, " %d", s);
        }
    }
    sigset_t blocked, pending;
    sigprocmask(SIG_BLOCK, 0, &blocked);
    sigpending(&pending);
    fprintf(out, "\nblocked");
    for (int s = 1; s < 65; s++) {
        if (sigismember(&blocked, s) == 1) {
            fprintf(out, " %d", s);
        }
    }
    fprintf(out, "\npending");
    for (int s = 1; s < 65; s++) {
        if (sigismember(&pending, s) == 1) {
            fprintf(out, " %d", s);
        }
    }
    fprintf(out, "\n");
}

static void print_ids(FILE *out) {
    uid_t r, e, s;
    gid_t gr, ge, gs;
    getresuid(&r, &e, &s);
    getresgid(&gr, &ge, &gs);
    fprintf(out, "pid %d\nppid %d\nsid %d\npgid %d\n", getpid(), getppid(), getsid(0), getpgrp());
    fprintf(out, "uid %u %u %u\ngid %u %u %u\ngroups", r, e, s, gr, ge, gs);
    gid_t groups[1024];
    int n = getgroups(1024, groups);
    qsort(groups, n > 0 ? n : 0, sizeof *groups, by_number);
    for (int i = 0; i < n; i++) {
        fprintf(out, " %u", groups[i]);
    }
    mode_t mask = umask(0);
    umask(mask);
    char cwd[PATH_MAX];
    fprintf(out, "\numask %04o\ncwd %s\n", mask, getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
    fprintf(out, "nonewprivs %d\nnice %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), getpriority(PRIO_PROCESS, 0));
}

static void print_limits(FILE *out) {
    static const struct {
        const char *name;
        int number;
    } limits[] = {{"cpu", RLIMIT_CPU},         {"fsize", RLIMIT_FSIZE},     {"data", RLIMIT_DATA},
                  {"stack", RLIMIT_STACK},     {"core", RLIMIT_CORE},       {"rss", RLIMIT_RSS},
                  {"nproc", RLIMIT_NPROC},     {"nofile", RLIMIT_NOFILE},   {"memlock", RLIMIT_MEMLOCK},
                  {"as", RLIMIT_AS},           {"locks", RLIMIT_LOCKS},     {"sigpending", RLIMIT_SIGPENDING},
                  {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},     {"rtprio", RLIMIT_RTPRIO}};
    for (unsigned i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit now;
        getrlimit(limits[i].number, &now);
        fprintf(out, "rlimit %s %lld %lld\n", limits[i].name, (long long)now.rlim_cur, (long long)now.rlim_max);
    }
}

int main(int argc, char **argv, char **envp) {
    static int fds[65536];
    int count = 0;
    for (int fd = 0; fd < 65536; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            fds[count++] = fd;
        }
    }
    int stay = argc > 1 && strcmp(argv[1], "--stay") == 0;
    const char *path = argc > 1 + stay ? argv[1 + stay] : 0;
    char temporary[PATH_MAX];
    FILE *out = stdout;
    if (path != 0) {
        snprintf(temporary, sizeof temporary, "%s.%d", path, getpid());
        out = fopen(temporary, "we");
        if (out == 0) {
            perror(temporary);
            return 1;
        }
    }
    print_ids(out);
    print_descriptors(out, fds, count);
    print_signals(out);
    print_limits(out);
    for (int i = 0; i < argc; i++) {
        fprintf(out, "arg %s\n", argv[i]);
    }
    for (char **e = envp; *e != 0; e++) {
        fprintf(out, "env %s\n", *e);
    }
    fprintf(out, "end\n");
    fflush(out);
    if (path != 0 && rename(temporary, path) != 0) {
        perror(path);
        return 1;
    }
    while (stay) {
        pause();
    }
    return 0;
}
