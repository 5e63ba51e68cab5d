package taskmaster.posix;

/** Where a user is at home and what it types into (man 5 passwd); both as they stand there. */
public record Login(String home, String shell) {}
