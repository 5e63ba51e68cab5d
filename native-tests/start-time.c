/*
 * start-time FILE: appends the CLOCK_MONOTONIC time of its main(), in ns, and its pid to FILE as one line in one
 * write, then stays until it is killed. For measuring starts: it is static and does nothing before.
 */
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static char *decimal(char *end, unsigned long long n) {
    do {
        *--end = '0' + n % 10;
        n /= 10;
    } while (n > 0);
    return end;
}

int main(int argc, char **argv) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (argc != 2) {
        return 2;
    }
    char line[64], *end = line + sizeof line;
    *--end = '\n';
    end = decimal(end, getpid());
    *--end = ' ';
    end = decimal(end, now.tv_sec * 1000000000ull + now.tv_nsec);
    int length = line + sizeof line - end;
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, end, length) != length) {
        return 1;
    }
    close(fd);
    for (;;) {
        pause();
    }
}
