/*
 * status-load SUPERVISOR SOCKET CLIENTS SECONDS kept|new [NAME]: as many clients, each a thread, ask for the status of
 * all (or of one process) as often as they can for so long; every answer is read whole. Prints requests a second,
 * the median and the 99th percentile in ms. SUPERVISOR is ndjson or xmlrpc, see measure.c.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "starts.h"

enum { MOST = 2000000, LARGEST = 1 << 20 };

static const char *place;
static char request[1024];
static int xmlrpc, kept;
static long long deadline;

struct client {
    pthread_t thread;
    float *ms;
    int count;
    const char *failure;
};

static int open_connection(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", place);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    struct timeval limit = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return fd;
}

/* Whether the answer is whole: a line, or a head with Content-Length and its body. */
static int is_whole(char *text, int length) {
    text[length] = 0;
    if (!xmlrpc) {
        return length > 0 && text[length - 1] == '\n';
    }
    char *body = strstr(text, "\r\n\r\n"), *size = strcasestr(text, "content-length:");
    return body != 0 && size != 0 && length >= body + 4 - text + atoi(size + 15);
}

static const char *ask(int fd, char *text) {
    int size = strlen(request), length = 0;
    if (write(fd, request, size) != size) {
        return "cannot write";
    }
    do {
        ssize_t n = length < LARGEST ? read(fd, text + length, LARGEST - length) : -1;
        if (n <= 0) {
            return n == 0 ? "closed" : "no answer in 10 s";
        }
        length += n;
    } while (!is_whole(text, length));
    return strstr(text, xmlrpc ? "200 OK" : "\"status\":200") != 0 ? 0 : "not a 200";
}

static void *work(void *argument) {
    struct client *client = argument;
    char *text = malloc(LARGEST + 1);
    int fd = -1;
    while (client->count < MOST) {
        long long begin = now_ns();
        if (begin > deadline) {
            break;
        }
        if (fd < 0 && (fd = open_connection()) < 0) {
            client->failure = "cannot connect";
            break;
        }
        client->failure = ask(fd, text);
        if (client->failure != 0) {
            break;
        }
        if (!kept) {
            close(fd);
            fd = -1;
        }
        client->ms[client->count++] = (now_ns() - begin) / 1e6;
    }
    free(text);
    return 0;
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static void make_request(const char *name) {
    if (!xmlrpc) {
        snprintf(request, sizeof request,
                 name == 0 ? "{\"command\":\"status\"}\n" : "{\"command\":\"status\",\"target\":\"process\",\"name\":\"%s\"}\n",
                 name);
        return;
    }
    char body[512];
    int length = snprintf(body, sizeof body,
                          name == 0 ? "<?xml version='1.0'?><methodCall><methodName>supervisor.getAllProcessInfo</methodName>"
                                      "<params></params></methodCall>"
                                    : "<?xml version='1.0'?><methodCall><methodName>supervisor.getProcessInfo</methodName>"
                                      "<params><param><value><string>%s</string></value></param></params></methodCall>",
                          name);
    snprintf(request, sizeof request,
             "POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", length, body);
}

int main(int argc, char **argv) {
    int clients = argc >= 6 ? atoi(argv[3]) : 0, seconds = argc >= 6 ? atoi(argv[4]) : 0;
    if (clients < 1 || clients > 64 || seconds < 1 || seconds > 60) {
        fprintf(stderr, "usage: status-load ndjson|xmlrpc SOCKET CLIENTS(1-64) SECONDS(1-60) kept|new [NAME]\n");
        return 2;
    }
    xmlrpc = strcmp(argv[1], "xmlrpc") == 0;
    place = argv[2];
    kept = strcmp(argv[5], "kept") == 0;
    make_request(argc > 6 ? argv[6] : 0);
    struct client *all = calloc(clients, sizeof *all);
    long long begin = now_ns();
    deadline = begin + seconds * 1000000000ll;
    for (int i = 0; i < clients; i++) {
        all[i].ms = malloc(MOST * sizeof *all[i].ms); /* touched only as far as used */
        pthread_create(&all[i].thread, 0, work, &all[i]);
    }
    int total = 0;
    for (int i = 0; i < clients; i++) {
        pthread_join(all[i].thread, 0);
        total += all[i].count;
        if (all[i].failure != 0) {
            fprintf(stderr, "client %d: %s\n", i, all[i].failure);
            return 1;
        }
    }
    double elapsed = (now_ns() - begin) / 1e9;
    float *ms = malloc((total + 1) * sizeof *ms);
    int n = 0;
    for (int i = 0; i < clients; i++) {
        memcpy(ms + n, all[i].ms, all[i].count * sizeof *ms);
        n += all[i].count;
    }
    qsort(ms, total, sizeof *ms, by_value);
    printf("%.0f %.2f %.2f\n", total / elapsed, total ? ms[total / 2] : 0, total ? ms[(int)(total * 0.99)] : 0);
    return 0;
}
