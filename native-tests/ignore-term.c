/*
 * ignore-term [NUMBER...]: ignores TERM, INT, QUIT and HUP (or the signals given by number), says "ignoring" and
 * stays until it is killed. What is ignored is inherited by exec, so this is also what a careless parent leaves us.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc == 1) {
        int usual[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP};
        for (unsigned i = 0; i < sizeof usual / sizeof *usual; i++) {
            signal(usual[i], SIG_IGN);
        }
    }
    for (int i = 1; i < argc; i++) {
        signal(atoi(argv[i]), SIG_IGN);
    }
    if (write(1, "ignoring\n", 9) != 9) {
        return 1;
    }
    for (;;) {
        pause();
    }
}
