/*
 * vfork-loop COUNT PROGRAM FILE: the floor to compare with. Starts PROGRAM FILE (start-time) COUNT times by vfork and
 * exec, one after the other, waits until all have written FILE, and prints the ms from the first vfork to the last
 * main(); then kills them all and prints the ms until all are reaped.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "starts.h"

int main(int argc, char **argv) {
    int count = argc == 4 ? atoi(argv[1]) : 0;
    if (count < 1 || count > 10000) {
        fprintf(stderr, "usage: vfork-loop COUNT PROGRAM FILE\n");
        return 2;
    }
    char *arguments[] = {argv[2], argv[3], 0};
    pid_t *pids = calloc(count, sizeof *pids);
    unlink(argv[3]);
    long long begin = now_ns();
    for (int i = 0; i < count; i++) {
        pids[i] = vfork();
        if (pids[i] == 0) {
            setsid();
            execv(arguments[0], arguments);
            _exit(127);
        }
        if (pids[i] < 0) {
            perror("vfork");
            count = i;
        }
    }
    long long last = await_starts(argv[3], count, begin);
    printf("%.2f", (last - begin) / 1e6);
    begin = now_ns();
    for (int i = 0; i < count; i++) {
        kill(pids[i], SIGTERM);
    }
    for (int i = 0; i < count; i++) {
        waitpid(pids[i], 0, 0);
    }
    printf(" %.2f\n", (now_ns() - begin) / 1e6);
    return 0;
}
