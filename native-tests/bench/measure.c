/*
 * measure: what scripts/bench times. SUPERVISOR is ndjson (taskmaster; PLACE is its socket), xmlrpc (supervisord; its
 * socket) or runit (PLACE is the directory of the services). FILE is what the start-time programs write.
 *   measure answer SUPERVISOR PLACE COUNT COMMAND...  starts a daemon: ms until its control answers; then its pid
 *   measure start SUPERVISOR PLACE FILE COUNT         asks to start all: ms until the last one's main()
 *   measure stop SUPERVISOR PLACE FILE                asks to stop all: ms until all in FILE are gone
 *   measure restart FILE TIMES                        SIGKILL of the last in FILE, up for more than a second: median ms
 *                                                     to the replacement's main()
 *   measure run TIMES COMMAND...                      median ms of a whole process
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "starts.h"

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values, int count) {
    qsort(values, count, sizeof *values, by_value);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A connected socket, or -1. */
static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static int send_text(const char *path, const char *text) {
    int fd = connect_to(path);
    if (fd >= 0 && write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        close(fd);
        return -1;
    }
    return fd;
}

static int xmlrpc(const char *path, const char *method, const char *parameters) {
    char body[512], text[1024];
    int length = snprintf(body, sizeof body,
                          "<?xml version='1.0'?><methodCall><methodName>supervisor.%s</methodName>"
                          "<params>%s</params></methodCall>",
                          method, parameters);
    snprintf(text, sizeof text,
             "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", length,
             body);
    return send_text(path, text);
}

/* Calls what for each service of runit's directory; the number that succeeded. */
static int each_service(const char *place, const char *file, const char *command) {
    DIR *all = opendir(place);
    int done = 0;
    for (struct dirent *entry; all != 0 && (entry = readdir(all)) != 0;) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s/supervise/%s", place, entry->d_name, file);
        int fd = entry->d_name[0] == '.' ? -1 : open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0) {
            done += command == 0 || write(fd, command, strlen(command)) == (ssize_t)strlen(command);
            close(fd);
        }
    }
    if (all != 0) {
        closedir(all);
    }
    return done;
}

/* Sends the request and leaves the connection open, so that the daemon has someone to answer. */
static void ask(const char *supervisor, const char *place, int start) {
    int done;
    if (strcmp(supervisor, "ndjson") == 0) {
        done = send_text(place, start ? "{\"command\":\"start\"}\n" : "{\"command\":\"stop\"}\n");
    } else if (strcmp(supervisor, "xmlrpc") == 0) {
        done = xmlrpc(place, start ? "startAllProcesses" : "stopAllProcesses",
                      "<param><value><boolean>0</boolean></value></param>");
    } else {
        done = each_service(place, "control", start ? "u" : "d") - 1;
    }
    if (done < 0) {
        fprintf(stderr, "cannot ask %s at %s\n", supervisor, place);
        exit(1);
    }
}

static int answers(const char *supervisor, const char *place, int count) {
    if (strcmp(supervisor, "runit") == 0) {
        return each_service(place, "ok", 0) >= count;
    }
    int fd = strcmp(supervisor, "ndjson") == 0 ? send_text(place, "{\"command\":\"status\"}\n")
                                               : xmlrpc(place, "getAllProcessInfo", "");
    if (fd < 0) {
        return 0;
    }
    char some[64];
    int answered = read(fd, some, sizeof some) > 0;
    close(fd);
    return answered;
}

/* In a session of its own; prints nowhere. */
static pid_t launch(char **command) {
    pid_t pid = vfork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        setsid();
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(command[0], command);
        _exit(127);
    }
    return pid;
}

static int answer(char **argv) {
    long long begin = now_ns();
    pid_t pid = launch(argv + 3);
    while (!answers(argv[0], argv[1], atoi(argv[2]))) {
        if (waitpid(pid, 0, WNOHANG) == pid) {
            fprintf(stderr, "%s ended before it answered\n", argv[3]);
            return 1;
        }
        check_limit(begin, "an answer");
        nap_us(500);
    }
    printf("%.2f %d\n", (now_ns() - begin) / 1e6, pid);
    return 0;
}

static int start(char **argv) {
    long long begin = now_ns();
    ask(argv[0], argv[1], 1);
    printf("%.2f\n", (await_starts(argv[2], atoi(argv[3]), begin) - begin) / 1e6);
    return 0;
}

static int stop(char **argv) {
    static struct start all[20000];
    long offset = 0;
    int count = 0;
    for (int fresh; (fresh = read_starts(argv[2], &offset, all + count, 20000 - count)) > 0;) {
        count += fresh;
    }
    long long begin = now_ns();
    ask(argv[0], argv[1], 0);
    for (int i = 0; i < count; i++) {
        while (kill(all[i].pid, 0) == 0 || errno != ESRCH) {
            check_limit(begin, "a process to go");
            nap_us(200);
        }
    }
    printf("%.2f\n", (now_ns() - begin) / 1e6);
    return 0;
}

/* Reads on; `last` becomes the newest start. Whether there was one. */
static int newer(const char *file, long *offset, struct start *last) {
    struct start found[64];
    int any = 0;
    for (int fresh; (fresh = read_starts(file, offset, found, 64)) > 0; any = 1) {
        *last = found[fresh - 1];
    }
    return any;
}

static int restart(char **argv) {
    double times[1000];
    int count = atoi(argv[1]);
    long offset = 0;
    struct start last = {0, 0};
    for (int i = 0; i < count && i < 1000; i++) {
        long long begin = now_ns();
        while (!newer(argv[0], &offset, &last) && last.pid == 0) {
            check_limit(begin, "the first start");
            nap_us(1000);
        }
        long rest = 1200000 - (now_ns() - last.ns) / 1000;
        if (rest > 0) {
            nap_us(rest);
        }
        long long killed = now_ns();
        kill(last.pid, SIGKILL);
        while (!newer(argv[0], &offset, &last)) {
            check_limit(killed, "a replacement");
            nap_us(2000);
        }
        times[i] = (last.ns - killed) / 1e6;
    }
    printf("%.2f\n", median(times, count));
    return 0;
}

static int run(char **argv) {
    double times[1000];
    int count = atoi(argv[0]);
    for (int i = 0; i < count && i < 1000; i++) {
        long long begin = now_ns();
        pid_t pid = launch(argv + 1);
        waitpid(pid, 0, 0);
        times[i] = (now_ns() - begin) / 1e6;
    }
    printf("%.2f\n", median(times, count));
    return 0;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int least;
        int (*does)(char **);
    } commands[] = {{"answer", 6, answer}, {"start", 6, start}, {"stop", 5, stop}, {"restart", 4, restart}, {"run", 4, run}};
    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) == 0 && argc >= commands[i].least) {
            return commands[i].does(argv + 2);
        }
    }
    fprintf(stderr, "usage: see measure.c\n");
    return 2;
}
