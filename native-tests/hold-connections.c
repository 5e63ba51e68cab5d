/*
 * Connects to the Unix socket of the first argument as often as the second says, prints "connected", and holds them all,
 * without a word, until it is killed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: hold-connections SOCKET COUNT\n");
		return 2;
	}
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	strncpy(name.sun_path, argv[1], sizeof name.sun_path - 1);
	for (int i = atoi(argv[2]); i > 0; i--) {
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&name, sizeof name) != 0) {
			perror("connect");
			return 1;
		}
	}
	puts("connected");
	fflush(stdout);
	for (;;)
		pause();
}
