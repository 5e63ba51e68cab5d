package taskmaster.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes inputs that are nearly right: seeds, changed in a few places. The same again by its seed.
 */
public final class Mutator {

    /** As long as a line of the socket may be. */
    private static final int LONGEST = 64 << 10;

    private static final List<byte[]> TOKENS =
            bytes(
                    List.of(
                            "\"",
                            "'",
                            "\\",
                            "{",
                            "}",
                            "[",
                            "]",
                            "[[",
                            ":",
                            ",",
                            "=",
                            "\n",
                            "\r\n",
                            "\r",
                            "\0",
                            "\t",
                            " ",
                            "#",
                            "\"\"\"",
                            "'''",
                            "%",
                            "%(",
                            ")s",
                            "%00",
                            "-",
                            "--",
                            "0",
                            "-1",
                            "1e999",
                            "9223372036854775808",
                            "2147483648",
                            "0x7fffffff",
                            "0o777",
                            "true",
                            "null",
                            "\\u0000",
                            "\\ud800",
                            "\\U0010FFFF",
                            "\u001B[2J",
                            "\u00A0",
                            "\uFEFF",
                            "\uFFFD",
                            "\uD83D\uDE00",
                            "*",
                            "a:b",
                            "..",
                            "/",
                            "Content-Length: ",
                            "Transfer-Encoding: chunked\r\n",
                            "\r\n\r\n",
                            "0\r\n\r\n",
                            "ffffffff\r\n",
                            "name",
                            "numprocs = 3\n"));

    private final Random random;
    private final List<byte[]> seeds;

    Mutator(long seed, List<String> seeds) {
        this.random = new Random(seed);
        this.seeds = bytes(seeds);
    }

    private static List<byte[]> bytes(List<String> texts) {
        List<byte[]> all = new ArrayList<>();
        for (String text : texts) {
            all.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }

    /** An input as the arguments of a command, which NUL ends (execve(2)). */
    public static String[] arguments(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        List<String> arguments = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\0'); end >= 0; end = text.indexOf('\0', start)) {
            arguments.add(text.substring(start, end));
            start = end + 1;
        }
        if (start < text.length()) {
            arguments.add(text.substring(start));
        }
        return arguments.toArray(new String[0]);
    }

    byte[] next() {
        byte[] input = pick(seeds);
        int changes = random.nextInt(6);
        for (int i = 0; i < changes; i++) {
            input = change(input);
        }
        return input.length > LONGEST ? Arrays.copyOf(input, LONGEST) : input;
    }

    private byte[] change(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(1 << random.nextInt(8)));
        return switch (random.nextInt(9)) {
            case 0 -> replaced(input, from, to, new byte[0]);
            case 1 -> replaced(input, from, from, Arrays.copyOfRange(input, from, to));
            case 2 -> replaced(input, from, from, pick(TOKENS));
            case 3 -> replaced(input, from, to, pick(TOKENS));
            case 4 -> replaced(input, from, to, noise());
            case 5 -> replaced(input, from, input.length, pick(seeds));
            case 6 -> Arrays.copyOf(input, from);
            case 7 -> flipped(input, from);
            default -> replaced(input, from, from, many(input, from, to));
        };
    }

    private byte[] pick(List<byte[]> of) {
        return of.get(random.nextInt(of.size()));
    }

    private byte[] noise() {
        byte[] noise = new byte[1 + random.nextInt(8)];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] flipped(byte[] input, int at) {
        byte[] flipped = input.clone();
        if (at < flipped.length) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** One part again and again: what takes time or memory with the square of it shows here. */
    private byte[] many(byte[] input, int from, int to) {
        byte[] part = to > from ? Arrays.copyOfRange(input, from, to) : pick(TOKENS);
        int times = random.nextInt(1 + (LONGEST >> random.nextInt(8)) / part.length);
        byte[] many = new byte[times * part.length];
        for (int i = 0; i < many.length; i++) {
            many[i] = part[i % part.length];
        }
        return many;
    }

    private static byte[] replaced(byte[] input, int from, int to, byte[] with) {
        byte[] result = new byte[input.length - (to - from) + with.length];
        System.arraycopy(input, 0, result, 0, from);
        System.arraycopy(with, 0, result, from, with.length);
        System.arraycopy(input, to, result, from + with.length, input.length - to);
        return result;
    }
}
