/*
 * write-lines BYTES REPORT [COMMAND ARGUMENT...]: writes BYTES bytes of lines of 100 bytes to stdout, or to COMMAND's
 * stdin, as fast as they are taken, in blocks as stdio has them (64 KiB). Then one line in the file REPORT: MB/s, and
 * the CPU seconds a GB of COMMAND, which is waited for (0 without one).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 100, BLOCK = 655 * LINE };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) {
    return t.tv_sec + t.tv_usec / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    long long bytes = atoll(argv[1]);
    int out = 1;
    pid_t child = 0;
    if (argc > 3) {
        int ends[2];
        if (pipe(ends) != 0 || (child = fork()) < 0) {
            return 1;
        }
        if (child == 0) {
            dup2(ends[0], 0);
            close(ends[0]);
            close(ends[1]);
            execvp(argv[3], argv + 3);
            _exit(127);
        }
        close(ends[0]);
        out = ends[1];
    }
    static char block[BLOCK];
    memset(block, 'x', BLOCK);
    for (int i = LINE - 1; i < BLOCK; i += LINE) {
        block[i] = '\n';
    }
    double start = now();
    for (long long left = bytes; left > 0;) {
        ssize_t count = write(out, block, left < BLOCK ? (size_t)left : BLOCK);
        if (count < 0) {
            return 1;
        }
        left -= count;
    }
    struct rusage used = {0};
    if (child > 0) {
        close(out);
        int status;
        if (wait4(child, &status, 0, &used) != child || status != 0) {
            return 1;
        }
    }
    double took = now() - start;
    FILE *report = fopen(argv[2], "w");
    if (report == NULL) {
        return 1;
    }
    double cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
    fprintf(report, "%.0f %.2f\n", bytes / took / 1e6, cpu * 1e9 / bytes);
    return fclose(report);
}
