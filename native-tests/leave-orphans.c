/* leave-orphans COUNT: leaves so many processes behind, alive or as zombies, of parents that are gone; then ends. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of one parent: so that there are few parents to wait for. */
#define LITTER 100

int main(int argc, char **argv) {
    long count = argc == 2 ? atol(argv[1]) : 0;
    while (count > 0) {
        long litter = count < LITTER ? count : LITTER;
        pid_t parent = fork();
        if (parent == 0) {
            setsid();
            for (long i = 0; i < litter; i++) {
                pid_t orphan = fork();
                if (orphan == 0) {
                    _exit(0);
                }
                if (orphan < 0) {
                    _exit(1);
                }
            }
            _exit(0);
        }
        int status = 0;
        if (parent < 0 || waitpid(parent, &status, 0) != parent || status != 0) {
            return 1;
        }
        count -= litter;
    }
    return 0;
}
