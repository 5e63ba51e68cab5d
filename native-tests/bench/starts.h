/* The file that start-time programs append to: "ns pid" a line. And the clock they use. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* No wait of a benchmark is longer. */
#define LIMIT_NS 120000000000ll

static inline long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static inline void nap_us(long us) {
    struct timespec time = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&time, 0);
}

struct start {
    long long ns;
    int pid;
};

static inline void check_limit(long long begin, const char *what) {
    if (now_ns() - begin > LIMIT_NS) {
        fprintf(stderr, "gave up waiting: %s\n", what);
        exit(1);
    }
}

/* The lines of the file from *offset on, which moves; complete ones only. Returns how many were put into found. */
static inline int read_starts(const char *file, long *offset, struct start *found, int room) {
    static char text[1 << 20];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    ssize_t length = pread(fd, text, sizeof text - 1, *offset);
    close(fd);
    int count = 0;
    char *line = text;
    text[length < 0 ? 0 : length] = 0;
    for (char *end; count < room && (end = strchr(line, '\n')) != 0; line = end + 1) {
        if (sscanf(line, "%lld %d", &found[count].ns, &found[count].pid) == 2) {
            count++;
        }
    }
    *offset += line - text;
    return count;
}

/* Until the file has so many lines of starts after `begin`: the time of the last one. */
static inline long long await_starts(const char *file, int count, long long begin) {
    struct start found[256];
    long offset = 0;
    long long last = 0;
    for (int seen = 0; seen < count;) {
        int fresh = read_starts(file, &offset, found, 256);
        for (int i = 0; i < fresh; i++) {
            if (found[i].ns > begin) {
                seen++;
                last = found[i].ns > last ? found[i].ns : last;
            }
        }
        if (fresh == 0) {
            check_limit(begin, "starts");
            nap_us(1000);
        }
    }
    return last;
}
