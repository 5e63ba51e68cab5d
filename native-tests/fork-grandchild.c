/*
 * fork-grandchild [--setsid] [--ignore-term] [--exit] [--file PATH]: forks a child that stays. Prints
 * "parent PID" and "child PID" (and appends the child's pid to PATH), then stays too; both die by TERM.
 *   --setsid       the child leaves our session and group, so no signal to our group reaches it
 *   --ignore-term  the child ignores TERM
 *   --exit         the parent ends with 0 at once and leaves the child behind
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int escape = 0, ignore = 0, leave = 0;
    const char *path = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--setsid") == 0) {
            escape = 1;
        } else if (strcmp(argv[i], "--ignore-term") == 0) {
            ignore = 1;
        } else if (strcmp(argv[i], "--exit") == 0) {
            leave = 1;
        } else if (strcmp(argv[i], "--file") == 0 && i + 1 < argc) {
            path = argv[++i];
        } else {
            fprintf(stderr, "fork-grandchild: unknown option %s\n", argv[i]);
            return 2;
        }
    }
    int ready[2];
    if (pipe(ready) != 0) {
        return 1;
    }
    pid_t child = fork();
    if (child < 0) {
        return 1;
    }
    if (child == 0) {
        if (escape) {
            setsid();
        }
        if (ignore) {
            signal(SIGTERM, SIG_IGN);
        }
        close(ready[0]);
        close(ready[1]);
        for (;;) {
            pause();
        }
    }
    /* The end of the pipe: the child has done its setsid and signal. */
    close(ready[1]);
    char byte;
    while (read(ready[0], &byte, 1) > 0) {
    }
    close(ready[0]);
    printf("parent %d\nchild %d\n", getpid(), child);
    fflush(stdout);
    if (path != 0) {
        char line[16];
        int length = snprintf(line, sizeof line, "%d\n", child);
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (fd < 0 || write(fd, line, length) != length) {
            return 1;
        }
        close(fd);
    }
    if (leave) {
        return 0;
    }
    for (;;) {
        pause();
    }
}
