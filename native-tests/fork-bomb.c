/*
 * fork-bomb [PATH]: forks as fast as it can, and so does every child, until the kernel refuses; whoever is refused
 * creates PATH and stays. For a user with a limit of processes, or a namespace.
 */
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv) {
    for (;;) {
        if (fork() < 0) {
            if (argc > 1) {
                int fd = open(argv[1], O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
                if (fd >= 0) {
                    close(fd);
                }
            }
            pause();
        }
    }
}
