/*
 * swap-names UID exchange A B: as that user, makes A and B change places, again and again.
 * swap-names UID link TARGET NAME: makes NAME a hard link to TARGET and removes it, again and again.
 * Writes "ready" when it has done so once, and goes on until it is killed or its parent is gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void require(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) {
        return 2;
    }
    int uid = atoi(argv[1]);
    int exchange = strcmp(argv[2], "exchange") == 0;
    if (uid != (int)geteuid()) {
        require(setgroups(0, 0) == 0 && setresgid(uid, uid, uid) == 0, "setresgid");
        require(setresuid(uid, uid, uid) == 0, "setresuid");
    }
    require(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
    for (long round = 0;; round++) {
        if (exchange) {
            /* Another may have taken one away for a moment. */
            int done = renameat2(-100, argv[3], -100, argv[4], RENAME_EXCHANGE);
            require(done == 0 || errno == ENOENT, argv[3]);
        } else {
            require(link(argv[3], argv[4]) == 0 || errno == EEXIST, argv[4]);
            require(unlink(argv[4]) == 0 || errno == ENOENT, argv[4]);
        }
        if (round == 0) {
            puts("ready");
            fflush(stdout);
        }
    }
}
