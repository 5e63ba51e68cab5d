/*
 * Says on stdout what it was started with, a fact a line. Looks at itself by system calls, not by /proc, which would need
 * a descriptor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;

static void bytes(const char *what, const char *text)
{
        printf("%s=", what);
        for (; *text; text++) {
                unsigned char c = *text;
                printf(c < 32 || c > 126 || c == '\\' ? "\\%02x" : "%c", c);
        }
        putchar('\n');
}

static void limit(const char *what, int resource)
{
        struct rlimit l;
        getrlimit(resource, &l);
        printf("%s=%ld %ld\n", what, (long)l.rlim_cur, (long)l.rlim_max);
}

int main(int argc, char **argv)
{
        printf("fds=");
        for (int fd = 0; fd < 70000; fd++) {
                int flags = fcntl(fd, F_GETFD);
                if (flags >= 0)
                        printf("%d%s ", fd, flags & FD_CLOEXEC ? "c" : "");
        }
        printf("\naccess=%d %d %d\n", fcntl(0, F_GETFL) & O_ACCMODE, fcntl(1, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK),
                fcntl(2, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
        unsigned long blocked = 0, pending = 0;
        syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked, 8);
        syscall(SYS_rt_sigpending, &pending, 8);
        printf("blocked=%lx\npending=%lx\nnotdefault=", blocked, pending);
        for (int s = 1; s <= 64; s++) {
                unsigned long action[4] = {0};
                if (syscall(SYS_rt_sigaction, s, NULL, action, 8) == 0 && action[0] != 0)
                        printf("%d ", s);
        }
        printf("\npid=%d\nsession=%d\ngroup=%d\n", getpid(), getsid(0), getpgrp());
        uid_t r, e, s;
        gid_t rg, eg, sg;
        getresuid(&r, &e, &s);
        getresgid(&rg, &eg, &sg);
        printf("uids=%u %u %u\ngids=%u %u %u\ngroups=", r, e, s, rg, eg, sg);
        gid_t groups[1024];
        int n = getgroups(1024, groups);
        for (int i = 0; i < n; i++)
                printf("%u ", groups[i]);
        mode_t mask = umask(0);
        printf("\numask=%03o\n", mask);
        char cwd[4096] = "";
        bytes("directory", getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
        limit("nofile", RLIMIT_NOFILE);
        limit("nproc", RLIMIT_NPROC);
        for (int i = 0; i < argc; i++)
                bytes("argv", argv[i]);
        for (char **v = environ; *v; v++)
                bytes("env", *v);
        return 0;
}
