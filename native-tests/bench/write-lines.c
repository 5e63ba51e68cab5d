/*
 * write-lines BYTES BLOCK REPORT [COMMAND ARGUMENT...]: writes BYTES bytes of lines of 100 bytes to stdout, or to
 * COMMAND's stdin, as fast as they are taken, in blocks of at most BLOCK bytes that are whole lines. Then one line in
 * the file REPORT: MB/s, and the CPU seconds a GB of COMMAND, which is waited for (0 without one).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 100, LARGEST = 1 << 20 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) {
    return t.tv_sec + t.tv_usec / 1e6;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        return 2;
    }
    long long bytes = atoll(argv[1]);
    long most = atol(argv[2]);
    if (most < LINE || most > LARGEST) {
        return 2;
    }
    size_t length = (size_t)(most / LINE * LINE);
    int out = 1;
    pid_t child = 0;
    if (argc > 4) {
        int ends[2];
        if (pipe(ends) != 0 || (child = fork()) < 0) {
            return 1;
        }
        if (child == 0) {
            dup2(ends[0], 0);
            close(ends[0]);
            close(ends[1]);
            execvp(argv[4], argv + 4);
            _exit(127);
        }
        close(ends[0]);
        out = ends[1];
    }
    static char block[LARGEST];
    memset(block, 'x', length);
    for (size_t i = LINE - 1; i < length; i += LINE) {
        block[i] = '\n';
    }
    double start = now();
    for (long long left = bytes; left > 0;) {
        ssize_t count = write(out, block, left < (long long)length ? (size_t)left : length);
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
    FILE *report = fopen(argv[3], "w");
    if (report == NULL) {
        return 1;
    }
    double cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
    fprintf(report, "%.0f %.2f\n", bytes / took / 1e6, cpu * 1e9 / bytes);
    return fclose(report);
}
