/*
 * Holds a copy of each socket of the process of the first argument, as a child does that has not come to its exec yet:
 * prints "held N" and keeps them until its standard input ends. Needs the right to trace that process (man 2
 * pidfd_getfd).
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char name[64], target[64];
	int held = 0;
	if (argc != 2) {
		fprintf(stderr, "usage: hold-sockets PID\n");
		return 2;
	}
	int process = syscall(SYS_pidfd_open, atoi(argv[1]), 0);
	snprintf(name, sizeof name, "/proc/%d/fd", atoi(argv[1]));
	DIR *descriptors = opendir(name);
	if (process < 0 || descriptors == NULL) {
		perror(argv[1]);
		return 1;
	}
	for (struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
		ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof target - 1);
		if (length < 0 || strncmp(target, "socket:", 7) != 0)
			continue;
		if (syscall(SYS_pidfd_getfd, process, atoi(entry->d_name), 0) < 0) {
			perror(entry->d_name);
			return 1;
		}
		held++;
	}
	printf("held %d\n", held);
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
