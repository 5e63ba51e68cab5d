/* exit-after MILLISECONDS CODE: ends with CODE after so long. */
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    long ms = atol(argv[1]);
    struct timespec rest = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0) {
    }
    return atoi(argv[2]);
}
