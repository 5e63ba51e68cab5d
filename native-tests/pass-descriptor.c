/*
 * Sends a descriptor with a request to the Unix socket of the first argument: that of a TCP connection whose last close
 * waits for so many seconds as the second says (SO_LINGER), since nobody reads what was sent on it. Prints "sent" or
 * "refused", whichever the kernel said to that, and what was answered to the request.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The peer stays open with this process, and reads nothing. */
static int lingering(int seconds)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof here;
	struct linger linger = {1, seconds};
	static char block[65536];
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&here, sizeof here) != 0 || listen(listener, 1) != 0
	    || getsockname(listener, (struct sockaddr *)&here, &length) != 0)
		die("listen");
	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) != 0
	    || connect(fd, (struct sockaddr *)&here, sizeof here) != 0 || accept(listener, NULL, NULL) < 0)
		die("connect");
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (write(fd, block, sizeof block) > 0)
		;
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: pass-descriptor SOCKET SECONDS\n");
		return 2;
	}
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	strncpy(name.sun_path, argv[1], sizeof name.sun_path - 1);
	int to = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(to, (struct sockaddr *)&name, sizeof name) != 0)
		die("connect");
	int passed = lingering(atoi(argv[2]));
	char request[] = "{\"command\":\"version\"}\n";
	struct iovec io = {request, strlen(request)};
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(rights), &passed, sizeof passed);
	if (sendmsg(to, &message, 0) >= 0) {
		puts("sent");
		/* Ours is not the last: the other end has one. */
	} else if (errno == EPERM) {
		puts("refused");
		if (write(to, request, strlen(request)) < 0)
			die("write");
	} else {
		die("sendmsg");
	}
	close(passed);
	char answer[1000];
	ssize_t count = read(to, answer, sizeof answer - 1);
	if (count < 0)
		die("read");
	answer[count] = 0;
	fputs(answer, stdout);
	return 0;
}
