/*
 * The yardstick: vfork and exec of a program in a loop, with the wait for its end.
 *
 *   spawn-loop COUNT PROGRAM      prints microseconds per child
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
        if (argc != 3)
                return 2;
        int count = atoi(argv[1]);
        char *arguments[] = {argv[2], NULL};
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (int i = 0; i < count; i++) {
                pid_t pid = vfork();
                if (pid == 0) {
                        execv(argv[2], arguments);
                        _exit(127);
                }
                if (pid < 0 || waitpid(pid, NULL, 0) != pid)
                        return 1;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%.1f\n", ((end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec)) / 1e3 / count);
        return 0;
}
