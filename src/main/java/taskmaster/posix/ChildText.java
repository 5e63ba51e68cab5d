package taskmaster.posix;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The strings of a plan as C has them: UTF-8, a NUL after each, one behind the other. */
final class ChildText {

    /** Of a char in UTF-8. */
    private static final int MOST_BYTES = 3;

    private byte[] bytes = new byte[2048];
    private int length;

    /** Offsets, in the order of the plan. */
    final int[] executables;

    final int[] argv;
    final int[] env;

    /** -1 where there is none. */
    final int directory;

    final int stdin;
    final int stdout;
    final int stderr;

    /** Zeros, where the kernel writes the path of a guarded output that it has opened; or -1. */
    final int stdoutFound;

    final int stderrFound;

    ChildText(ChildPlan plan) {
        executables = addAll(plan.executables());
        argv = addAll(plan.argv());
        env = new int[plan.env().size()];
        int i = 0;
        for (Map.Entry<String, String> variable : plan.env().entrySet()) {
            env[i] = add(variable.getKey() + "=" + variable.getValue());
            i++;
        }
        directory = plan.directory().isPresent() ? add(plan.directory().get()) : -1;
        stdin = plan.stdin() instanceof InputPlan.Read read ? add(read.path()) : -1;
        stdout = path(plan.stdout());
        stderr = path(plan.stderr());
        stdoutFound = room(plan.stdout());
        stderrFound = room(plan.stderr());
    }

    /** Zeros, a word more than the path of a guarded output has bytes; -1 for another. */
    private int room(OutputPlan output) {
        return output instanceof OutputPlan.Append append && append.guarded()
                ? add("\0".repeat(append.path().length() * MOST_BYTES + Integer.BYTES))
                : -1;
    }

    private int[] addAll(List<String> strings) {
        int[] offsets = new int[strings.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = add(strings.get(i));
        }
        return offsets;
    }

    private int path(OutputPlan output) {
        if (output instanceof OutputPlan.Fifo fifo) {
            return add(fifo.path());
        }
        return output instanceof OutputPlan.Append append ? add(append.path()) : -1;
    }

    private int add(String string) {
        byte[] encoded = string.getBytes(StandardCharsets.UTF_8);
        int start = length;
        int end = Math.addExact(start, encoded.length + 1);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
        }
        System.arraycopy(encoded, 0, bytes, start, encoded.length);
        length = end;
        return start;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
