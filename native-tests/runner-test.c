/*
 * Runs the two routines as the daemon does: from a page of their own, without the daemon.
 *
 *   runner-test CHILD-RUNNER SIGNAL-ROUTINE     two files of machine code
 *
 * Prints "ok" and ends with 0, or says what was wrong. Under qemu-user clone cannot share memory without being a thread,
 * so there (QEMU=1) the child is a plain fork and the rows are in shared pages; all else is the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALL, FORK, RETURN, CHECK };

struct row { int32_t number, kind; long argument[6]; uint64_t tolerated; };
struct report { struct row *row; long error; };
struct memory {
        struct report report;
        int32_t tid, word;
        uint64_t all, saved, none;
        char *argv[4], *envp[1];
        char shell[16], option[4], command[16], missing[32];
        struct row rows[64];
};

typedef long child_runner(struct row *, struct report *);

static struct memory *m;
static child_runner *runner;
static int count, failures;

static void expect(int condition, const char *what)
{
        if (!condition) {
                fprintf(stderr, "wrong: %s\n", what);
                failures++;
        }
}

static void *code(const char *path, int32_t descriptor)
{
        unsigned char *page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        int fd = open(path, O_RDONLY);
        ssize_t size = read(fd, page, 4096);
        if (fd < 0 || size <= 4) {
                perror(path);
                exit(1);
        }
        close(fd);
        if (descriptor >= 0)
                memcpy(page + size - 4, &descriptor, 4);
        if (mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0) {
                perror("mprotect");
                exit(1);
        }
        return page;
}

static struct row *row(int kind, uint64_t tolerated, long number, long a0, long a1, long a2, long a3)
{
        struct row *r = &m->rows[count++];
        *r = (struct row){number, kind, {a0, a1, a2, a3, 0, 0}, tolerated};
        return r;
}

static struct row *call(long number, long a0, long a1, long a2)
{
        return row(CALL, 0, number, a0, a1, a2, 0);
}

static void begin(long flags)
{
        memset(m, 0, sizeof *m);
        m->tid = 1;
        m->all = ~0ULL;
        strcpy(m->shell, "/bin/sh");
        strcpy(m->option, "-c");
        strcpy(m->command, "exit 9");
        strcpy(m->missing, "/no/such/file");
        m->argv[0] = m->shell, m->argv[1] = m->option, m->argv[2] = m->command;
        count = 0;
        row(CALL, ~0ULL, SYS_rt_sigprocmask, SIG_SETMASK, (long)&m->all, (long)&m->saved, 8);
        struct row *clone = row(FORK, 0, SYS_clone, flags, 0, 0, 0);
#ifdef __x86_64__
        clone->argument[3] = (long)&m->tid;
#else
        clone->argument[4] = (long)&m->tid;
#endif
        row(RETURN, ~0ULL, SYS_rt_sigprocmask, SIG_SETMASK, (long)&m->saved, 0, 8);
}

/* Calls with known values in the registers that a C function keeps, and looks at them afterwards. */
static long run(void)
{
        long result;
#ifdef __x86_64__
        long kept;
        __asm__ volatile(
                "push %%rbp\n mov %%rsp, %%r15\n and $-16, %%rsp\n"
                "mov $0x1111, %%ebx\n mov $0x2222, %%ebp\n mov $0x3333, %%r12d\n"
                "call *%%rax\n"
                "mov %%r15, %%rsp\n"
                "lea (%%rbx,%%rbp), %%rcx\n add %%r12, %%rcx\n pop %%rbp\n"
                : "=a"(result), "=c"(kept)
                : "a"(runner), "D"(m->rows), "S"(&m->report)
                : "rbx", "r12", "r13", "r14", "r15", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
        expect(kept == 0x1111 + 0x2222 + 0x3333, "rbx, rbp and r12 are kept");
#else
        result = runner(m->rows, &m->report);
#endif
        return result;
}

static int reap(long pid)
{
        int status = -1;
        expect(pid > 0, "the parent gets a pid");
        expect(waitpid(pid, &status, 0) == pid, "the child can be waited for");
        return status;
}

static void usual(const char *what, int status, struct row *failed, long error)
{
        int code = reap(run());
        sigset_t mask;
        sigprocmask(SIG_SETMASK, NULL, &mask);
        expect(!sigismember(&mask, SIGUSR1), "the parent's mask is restored");
        expect(WIFEXITED(code) && WEXITSTATUS(code) == status, what);
        expect(m->report.row == failed && m->report.error == error, what);
        expect(m->tid == 0 || getenv("QEMU"), "the tid word is cleared");
}

static void children(long flags)
{
        begin(flags);
        call(SYS_exit_group, 7, 0, 0);
        usual("the child walks to its last row", 7, NULL, 0);

        begin(flags);
        call(SYS_execve, (long)m->shell, (long)m->argv, (long)m->envp);
        usual("the child executes a program", 9, NULL, 0);

        begin(flags);
        call(SYS_getpid, 0, 0, 0);
        struct row *missing = row(CALL, 0, SYS_openat, AT_FDCWD, (long)m->missing, O_RDONLY, 0);
        call(SYS_exit_group, 7, 0, 0);
        usual("a row that fails ends the child and is reported", 127, missing, ENOENT);

        begin(flags);
        row(CALL, 1 << ENOENT, SYS_openat, AT_FDCWD, (long)m->missing, O_RDONLY, 0);
        row(CALL, ~0ULL, SYS_close, 1000, 0, 0, 0);
        call(SYS_exit_group, 8, 0, 0);
        usual("a tolerated error does not matter", 8, NULL, 0);

        begin(flags);
        missing = row(CALL, ~(1ULL << ENOENT), SYS_openat, AT_FDCWD, (long)m->missing, O_RDONLY, 0);
        usual("an error that is not tolerated does", 127, missing, ENOENT);

        begin(flags);
        m->word = 0x81a4;
        row(CHECK, 0, 0, (long)&m->word, 0xf000, 0x8000, -EPERM);
        call(SYS_exit_group, 6, 0, 0);
        usual("a check that holds goes on", 6, NULL, 0);

        begin(flags);
        m->word = 0x81a4;
        missing = row(CHECK, 0, 0, (long)&m->word, 0xf000, 0x4000, -EPERM);
        usual("a check that does not hold fails with its errno", 127, missing, EPERM);

        begin(flags);
        m->word = -1;
        row(CHECK, 0, 0, (long)&m->word, -1, -1, -EPERM);
        call(SYS_exit_group, 5, 0, 0);
        usual("a check compares 32 bits", 5, NULL, 0);

        begin(CLONE_THREAD);
        expect(run() == -EINVAL, "a clone that fails gives -errno");
        sigset_t mask;
        sigprocmask(SIG_SETMASK, NULL, &mask);
        expect(!sigismember(&mask, SIGUSR1), "and the mask is restored all the same");
}

static void signals(const char *path)
{
        int ends[2];
        unsigned char number = 0;
        if (pipe2(ends, O_NONBLOCK) != 0)
                exit(1);
        struct sigaction action = {.sa_handler = (void (*)(int))code(path, ends[1]), .sa_flags = SA_RESTART};
        sigaction(SIGUSR1, &action, NULL);
        sigaction(SIGTERM, &action, NULL);
        errno = 4711;
        raise(SIGUSR1);
        expect(errno == 4711, "errno is kept");
        expect(read(ends[0], &number, 1) == 1 && number == SIGUSR1, "USR1 is in the pipe");
        raise(SIGTERM);
        expect(read(ends[0], &number, 1) == 1 && number == SIGTERM, "TERM is in the pipe");
        char full[4096] = {0};
        while (write(ends[1], full, sizeof full) > 0)
                ;
        raise(SIGUSR1);
        expect(1, "a full pipe does not block");
}

int main(int argc, char **argv)
{
        if (argc != 3)
                return 2;
        alarm(20);
        runner = (child_runner *)code(argv[1], -1);
        m = mmap(0, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        children(getenv("QEMU") ? SIGCHLD : CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD);
        signals(argv[2]);
        if (failures == 0)
                puts("ok");
        return failures != 0;
}
