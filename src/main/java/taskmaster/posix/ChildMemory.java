package taskmaster.posix;

import java.util.Arrays;

/**
 * The memory that a child works with until it executes its program, as it is written: report and
 * scratch, then rows, then pointers, then text.
 *
 * <p>A row is eight longs: number (lower half) and kind (upper half), six arguments, and the errnos
 * that do not matter as a set of bits. {@code native-tests/child-runner-x86_64.S} says what is done
 * with one.
 *
 * <p>It is put together on the heap and copied out at once, which costs a few microseconds where
 * writing word by word would cost many times that. First {@link #placeAt}, then the rest.
 */
final class ChildMemory {

    static final int CALL = 0;
    static final int FORK = 1;
    static final int RETURN = 2;
    static final int CHECK = 3;

    /** Sets of errnos that do not matter. */
    static final long NONE = 0;

    static final long ALL = -1;

    /** Offsets. The kernel zeroes the tid word when the child has left the memory. */
    static final int REPORT_ROW = 0;

    static final int REPORT_ERRNO = 8;
    static final int TID = 16;
    static final int SAVED_MASK = 24;
    static final int TIMEOUT = 32;
    static final int STAT = 64;
    static final int ROWS = 256;

    static final int ROW_LONGS = 8;
    static final int ROW_BYTES = ROW_LONGS * Long.BYTES;

    private static final int FIRST_ROW = ROWS / Long.BYTES;

    private final Architecture architecture;
    private final long[] words;
    private final ChildText text;
    private final Step[] steps;
    private final int[] indexes;
    private long base;
    private int prefixRows;
    private int rows;
    private int nextPointer;

    /** Rows and pointers are upper bounds. */
    ChildMemory(Architecture architecture, int mostRows, int mostPointers, ChildText text) {
        this.architecture = architecture;
        this.text = text;
        nextPointer = FIRST_ROW + mostRows * ROW_LONGS;
        words = new long[Math.addExact(nextPointer, mostPointers)];
        words[TID / Long.BYTES] = 1;
        steps = new Step[mostRows];
        indexes = new int[mostRows];
    }

    int bytes() {
        return Math.addExact(textOffset(), text.length());
    }

    private int textOffset() {
        return Math.multiplyExact(words.length, Long.BYTES);
    }

    /** Where it will be copied to; all addresses are made from this. */
    void placeAt(long address) {
        base = address;
    }

    long address(int offset) {
        return base + offset;
    }

    /** Of what {@link ChildText} has there. */
    long textAddress(int offset) {
        return base + textOffset() + offset;
    }

    long pointersAddress() {
        return base + (long) nextPointer * Long.BYTES;
    }

    void pointer(long value) {
        words[nextPointer] = value;
        nextPointer++;
    }

    /** The rows that all scripts begin with, none of which can end a child. */
    void begin(long[] prefix) {
        System.arraycopy(prefix, 0, words, FIRST_ROW, prefix.length);
        prefixRows = prefix.length / ROW_LONGS;
        rows = prefixRows;
    }

    void setArgument(int row, int argument, long value) {
        words[FIRST_ROW + row * ROW_LONGS + 1 + argument] = value;
    }

    /** One system call more. {@code index}: see {@link Step#action}. */
    void row(Step step, int index, long tolerated, Sysno call, long... arguments) {
        int at = FIRST_ROW + rows * ROW_LONGS;
        write(words, at, CALL, tolerated, call.number(architecture), arguments);
        steps[rows] = step;
        indexes[rows] = index;
        rows++;
    }

    /** Fails with EPERM unless the 32 bits at an address are, under a mask, as expected. */
    void check(Step step, long address, int mask, int expected) {
        int at = FIRST_ROW + rows * ROW_LONGS;
        write(words, at, CHECK, NONE, 0, address, mask, expected, -Errno.EPERM.number());
        steps[rows] = step;
        rows++;
    }

    static void write(
            long[] words, int at, int kind, long tolerated, int number, long... arguments) {
        words[at] = (long) kind << 32 | number;
        System.arraycopy(arguments, 0, words, at + 1, arguments.length);
        words[at + ROW_LONGS - 1] = tolerated;
    }

    void copyTo(CMemory memory) {
        memory.put(words);
        memory.put(textOffset(), text.bytes(), text.length());
    }

    /** What each row is, for when one fails. */
    Labels labels() {
        return new Labels(
                prefixRows,
                Arrays.copyOfRange(steps, prefixRows, rows),
                Arrays.copyOfRange(indexes, prefixRows, rows));
    }

    /** What a row does, and with which of the plan's executables or inherited descriptors. */
    static final class Labels {

        private final int first;
        private final Step[] steps;
        private final int[] indexes;

        private Labels(int first, Step[] steps, int[] indexes) {
            this.first = first;
            this.steps = steps;
            this.indexes = indexes;
        }

        /** What the report of a child means; its row is an offset in the memory. */
        SpawnFailure failure(ChildPlan plan, long row, long errno) {
            int i = (int) ((row - ROWS) / ROW_BYTES) - first;
            Errno error = new Errno((int) errno);
            return new SpawnFailure(steps[i].action(plan, indexes[i], error), error);
        }
    }
}
