/*
 * swap-names UID A B: as that user, makes A and B change places, again and again.
 * Writes "ready" when it has done so once, and goes on until it is killed or its parent is gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void require(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc != 4) {
        return 2;
    }
    int uid = atoi(argv[1]);
    if (uid != (int)geteuid()) {
        require(setgroups(0, 0) == 0 && setresgid(uid, uid, uid) == 0, "setresgid");
        require(setresuid(uid, uid, uid) == 0, "setresuid");
    }
    require(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
    for (long round = 0;; round++) {
        /* Another may have taken one away for a moment. */
        int done = renameat2(-100, argv[2], -100, argv[3], RENAME_EXCHANGE);
        require(done == 0 || errno == ENOENT, argv[2]);
        if (round == 0) {
            puts("ready");
            fflush(stdout);
        }
    }
}
