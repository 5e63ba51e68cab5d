package taskmaster.output;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskmaster.output.LogFiles.Identity;
import taskmaster.posix.FileIo;
import taskmaster.posix.OpenFlag;
import taskmaster.posix.Posix;
import taskmaster.posix.Stat;
import taskmaster.posix.TrustedPath;

/** A daemon was killed while it copied from a FIFO to a log; here is the next one. */
final class JournalTest implements Notices, LogListener {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String BEFORE = "before\n";

    @TempDir Path directory;

    private final Posix posix = Posix.open();
    private final FileIo io;
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private Path log;
    private Path runtime;
    private int fifo;

    JournalTest() throws Exception {
        io = FileIo.open();
    }

    @BeforeEach
    void makeFifo() throws IOException {
        log = directory.resolve("log");
        runtime = Files.createDirectories(directory.resolve("run/%pid"));
        String path = runtime.resolve("a.stdout").toString();
        posix.names().makeFifo(path, 0600);
        // As the program has it open.
        fifo = posix.open(path, 0, OpenFlag.READ_WRITE, OpenFlag.NONBLOCK);
        assertTrue(io.growPipe(fifo, 1 << 20));
    }

    @AfterEach
    void close() throws IOException {
        posix.close(fifo);
        io.close();
        assertEquals(List.of(), said);
    }

    @Override
    public void warn(String message) {
        said.add(message);
    }

    @Override
    public void captured(String stream, byte[] bytes) {
        said.add("captured " + bytes.length);
    }

    @Override
    public void bug(String what, Throwable thrown) {
        said.add(what + thrown);
    }

    @Override
    public void wrote(Path file) {}

    @Override
    public void rotated(Set<Path> names, Runnable opened) {
        opened.run();
    }

    /** Numbered lines, of which no two parts are alike; the last is cut short. */
    private static String numbered(int length) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; lines.length() < length; i++) {
            lines.append(i).append('\n');
        }
        return lines.substring(0, length);
    }

    /** What the killed daemon had written to the log, and what is in the FIFO. */
    private void leave(String written, String unread) throws IOException {
        Files.writeString(log, BEFORE + written, US_ASCII);
        posix.writeFully(fifo, unread.getBytes(US_ASCII));
    }

    /** What it had begun to copy: so many bytes, to behind what was in the log before. */
    private void begun(Stat from, int length) throws IOException {
        Journal journal = new Journal(posix, io, runtime.resolve(Journal.NAME).toString());
        Identity to = Identity.of(posix.names().stat(log.toString()));
        Identity identity = Identity.of(from);
        assertTrue(journal.begin(new Journal.Entry(identity, to, BEFORE.length(), length)));
    }

    /** The next daemon reads on; then what is in the log. */
    private String readOn() throws IOException {
        OutputPipes pipes =
                OutputPipes.open(posix, directory.resolve("run"), Path.of("/pid"), this, this);
        pipes.keep(
                List.of(
                        new StreamSpec(
                                "a.stdout",
                                "a",
                                log,
                                TrustedPath.of(log, posix.effectiveUid()),
                                RotationRule.bySize(10 << 20, 3),
                                false,
                                LineRule.PLAIN)));
        pipes.settle(SOON);
        pipes.close(SOON);
        return Files.readString(log, US_ASCII);
    }

    @ParameterizedTest
    @CsvSource({
        "1009, 0",
        "1009, 1",
        "1009, 1008",
        "1009, 1009",
        "524287, 8192",
        "1000003, 1000003"
    })
    void whatIsInTheLogIsNotWrittenAgain(int length, int written) throws IOException {
        String copy = numbered(length);
        leave(copy.substring(0, written), copy + "after\n");
        begun(posix.stat(fifo), length);
        assertEquals(BEFORE + copy + "after\n", readOn());
        assertFalse(Files.exists(runtime));
    }

    @Test
    void whatHasLeftTheFifoIsNotTakenAgain() throws IOException {
        String copy = numbered(1009);
        leave(copy, "after\n");
        begun(posix.stat(fifo), 1009);
        assertEquals(BEFORE + copy + "after\n", readOn());
    }

    /** The copy is not a whole number of lines, so what comes after it is not the same. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "ab", "the same\n", "the same\nand the same\n"})
    void whoPrintsTheSameAgainAndAgainLosesNothing(String same) throws IOException {
        int length = Journal.lengthOf(18_000);
        String all = same.repeat(3 * 18_000 / same.length());
        leave(all.substring(0, length), all.substring(length));
        begun(posix.stat(fifo), length);
        boolean oneByte = same.length() == 1; // the limit that the class states
        assertEquals(BEFORE + all.substring(oneByte ? length : 0), readOn());
    }

    @Test
    void aLogThatWasRotatedSinceIsFound() throws IOException {
        String copy = numbered(1009);
        leave(copy, copy + "after\n");
        begun(posix.stat(fifo), 1009);
        Files.move(log, directory.resolve("log.1"));
        assertEquals("after\n", readOn());
        assertEquals(BEFORE + copy, Files.readString(directory.resolve("log.1"), US_ASCII));
    }

    @Test
    void whatIsInNoLogIsNotTaken() throws IOException {
        String copy = numbered(1009);
        leave(copy, copy + "after\n");
        begun(posix.stat(fifo), 1009);
        Files.writeString(directory.resolve("log.1"), BEFORE + copy, US_ASCII);
        Files.delete(log);
        assertEquals(copy + "after\n", readOn());
    }

    @Test
    void ofAnotherFifoNothingIsTaken() throws IOException {
        String copy = numbered(1009);
        leave(copy, copy);
        begun(posix.names().stat(directory.toString()), 1009);
        assertEquals(BEFORE + copy + copy, readOn());
    }

    @Test
    void aJournalThatIsNoneIsPassedOver() throws IOException {
        leave("", "after\n");
        Files.writeString(runtime.resolve(Journal.NAME), "x");
        assertEquals(BEFORE + "after\n", readOn());
    }

    @Test
    void anEntryIsThereUntilItEnds() throws IOException {
        Files.writeString(log, "");
        String path = runtime.resolve(Journal.NAME).toString();
        Journal journal = new Journal(posix, io, path);
        Identity identity = Identity.of(posix.stat(fifo));
        Journal.Entry entry = new Journal.Entry(identity, identity, 1L << 40, 5);
        assertTrue(journal.begin(entry));
        assertEquals(0600, posix.names().stat(path).permissions());
        assertEquals(Optional.of(entry), taken(path, identity));
        journal.end();
        assertEquals(Optional.empty(), taken(path, identity));
    }

    private Optional<Journal.Entry> taken(String path, Identity fifo) {
        Journal next = new Journal(posix, io, path);
        next.recover();
        Optional<Journal.Entry> entry = next.take(fifo);
        assertTrue(next.isReady());
        return entry;
    }

    @Test
    void whereItCannotBeWrittenNothingIsBegun() {
        Journal journal = new Journal(posix, io, directory.resolve("none/journal").toString());
        assertTrue(journal.isReady());
        Identity any = new Identity(1, 1);
        assertFalse(journal.begin(new Journal.Entry(any, any, 0, 5)));
        assertFalse(journal.isReady());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "2, 2",
        "3, 3",
        "4, 3",
        "9, 7",
        "10, 7",
        "65536, 65521",
        "1048576, 1048573"
    })
    void theLengthIsTheLargestPrime(int most, int length) {
        assertEquals(length, Journal.lengthOf(most));
    }
}
