/*
 * flood-stdout BYTES [LINE]: writes BYTES bytes in lines of LINE bytes (100), each with its number first, as fast as
 * stdout takes them; then ends. Every loss and every doubled byte shows in the numbers. 0 BYTES: for ever.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    long long left = atoll(argv[1]);
    int forever = left == 0;
    int size = argc > 2 ? atoi(argv[2]) : 100;
    if (size < 16 || size > 65536) {
        return 2;
    }
    static char line[65537];
    for (long long n = 0; forever || left > 0; n++) {
        memset(line, '.', size);
        int digits = snprintf(line, 16, "%012lld ", n);
        line[digits] = '.';
        line[size - 1] = '\n';
        int length = forever || left > size ? size : (int)left;
        if (fwrite(line, 1, length, stdout) != (size_t)length) {
            return 1;
        }
        left -= length;
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
