package taskmaster.posix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares what we believe with the C headers, for this machine and with the cross compiler. */
final class Headers {

    private static final String INCLUDES =
            """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <grp.h>
            #include <poll.h>
            #include <pwd.h>
            #include <sched.h>
            #include <signal.h>
            #include <stddef.h>
            #include <sys/epoll.h>
            #include <sys/eventfd.h>
            #include <sys/inotify.h>
            #include <sys/ioctl.h>
            #include <sys/prctl.h>
            #include <sys/resource.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/un.h>
            #include <sys/wait.h>
            #include <asm/termbits.h>
            #include <linux/close_range.h>
            #include <linux/futex.h>
            #include <linux/openat2.h>
            """;

    private Headers() {}

    static String equal(String expression, long value) {
        return "_Static_assert((" + expression + ") == " + value + "L, \"" + expression + "\");";
    }

    /** For both architectures, as far as there are compilers. */
    static void check(List<String> assertions) throws Exception {
        check(Architecture.X86_64, assertions);
        check(Architecture.AARCH64, assertions);
    }

    static void check(Architecture architecture, List<String> assertions) throws Exception {
        Commands.requireGcc();
        if (!canCompile(architecture)) {
            System.err.println(
                    "NOT TESTED: the headers of "
                            + architecture
                            + ", for want of "
                            + compiler(architecture));
            return;
        }
        Path source = Files.createTempFile("headers", ".c");
        try {
            List<String> lines = new ArrayList<>(List.of(INCLUDES));
            lines.addAll(assertions);
            Files.write(source, lines);
            Commands.output(List.of(compiler(architecture), "-fsyntax-only", source.toString()));
        } finally {
            Files.delete(source);
        }
    }

    static boolean canCompile(Architecture architecture) {
        return Commands.exists(compiler(architecture));
    }

    /** The one of this machine is just gcc. */
    static String compiler(Architecture architecture) {
        if (architecture == Architecture.here()) {
            return "gcc";
        }
        return switch (architecture) {
            case X86_64 -> "x86_64-linux-gnu-gcc";
            case AARCH64 -> "aarch64-linux-gnu-gcc";
        };
    }
}
