package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The language of jobs: what each word names, and which job is current. */
final class JobTableTest {

    private static Job job(int number, String name, String command, String state, boolean paused) {
        boolean live = state.equals("RUNNING");
        return new Job(
                number,
                name,
                command,
                state,
                live ? 4000 + number : 0,
                paused ? Optional.of("STOP") : Optional.empty(),
                Optional.empty(),
                "",
                true);
    }

    private static final List<Job> JOBS =
            List.of(
                    job(1, "web:web_0", "/usr/sbin/nginx -g daemon", "RUNNING", false),
                    job(2, "web:web_1", "/usr/sbin/nginx -g daemon", "RUNNING", false),
                    job(3, "worker", "python3 Worker.py", "RUNNING", false),
                    job(4, "mail", "postfix", "STOPPED", false),
                    job(7, "redis", "redis-server *:6379", "RUNNING", false));

    private static final JobTable TABLE = JobTable.of(JOBS, List.of());

    private static String find(String word) {
        return find(TABLE, word);
    }

    private static String find(JobTable table, String word) {
        return switch (table.find(word)) {
            case JobTable.Found.One(Job job) -> job.name();
            case JobTable.Found.None(String message) -> "! " + message;
        };
    }

    @Test
    void aNumberIsThatJob() {
        assertEquals("worker", find("%3"));
        assertEquals("worker", find("%03"));
        assertEquals("mail", find("%4"));
        assertEquals("! %5: no such job", find("%5"));
        assertEquals("! %99999999999999999999: no such job", find("%99999999999999999999"));
    }

    @Test
    void currentAndPrevious() {
        for (String word : List.of("%", "%%", "%+")) {
            assertEquals("redis", find(word));
        }
        assertEquals("worker", find("%-"));
        JobTable none = JobTable.of(List.of(JOBS.get(3)), List.of());
        assertEquals("! current: no such job", find(none, "%%"));
        assertEquals("! previous: no such job", find(none, "%-"));
        JobTable one = JobTable.of(List.of(JOBS.get(2)), List.of());
        assertEquals("worker", find(one, "%-"), "previous is current where there is one only");
    }

    @Test
    void aPausedJobGoesBeforeWhatWasUsedLastAndThatBeforeTheNewest() {
        assertEquals("worker", find(JobTable.of(JOBS, List.of(3, 1)), "%%"));
        assertEquals("web:web_0", find(JobTable.of(JOBS, List.of(3, 1)), "%-"));
        var paused = new ArrayList<>(JOBS);
        paused.set(1, job(2, "web:web_1", "nginx", "RUNNING", true));
        JobTable table = JobTable.of(paused, List.of(3));
        assertEquals("web:web_1", find(table, "%%"));
        assertEquals("worker", find(table, "%-"));
        assertEquals('+', table.marker(paused.get(1)));
        assertEquals('-', table.marker(paused.get(2)));
        assertEquals(' ', table.marker(paused.get(0)));
    }

    @Test
    void whatDoesNotRunIsNotCurrentAlthoughItWasUsedLast() {
        assertEquals("redis", find(JobTable.of(JOBS, List.of(4)), "%%"));
    }

    @Test
    void textIsTheBeginningOfANameOrElseOfACommandLine() {
        assertEquals("worker", find("%wo"));
        assertEquals("web:web_1", find("%web_1"));
        assertEquals("web:web_1", find("%web:web_1"));
        assertEquals("mail", find("%postf"));
        assertEquals("! %Wo: no such job", find("%Wo"));
        assertEquals("! we: ambiguous job spec: %1 web:web_0, %2 web:web_1", find("%we"));
        assertEquals("! w: ambiguous job spec: %1 web:web_0, %2 web:web_1, %3 worker", find("%w"));
    }

    @Test
    void aQuestionMarkLooksEverywhereInAnyCase() {
        assertEquals("worker", find("%?ORK"));
        assertEquals("redis", find("%?6379"));
        assertEquals("worker", find("%?.PY"));
        assertEquals("! %?nobody: no such job", find("%?nobody"));
        assertTrue(find("%?nginx").startsWith("! nginx: ambiguous job spec: %1 "));
    }

    @Test
    void aNameIsItselfAlsoWhereAnotherBeginsWithIt() {
        List<Job> jobs =
                List.of(job(1, "a", "x", "RUNNING", false), job(2, "ab", "x", "RUNNING", false));
        JobTable table = JobTable.of(jobs, List.of());
        assertEquals("a", find(table, "%a"));
        assertEquals("a", find(table, "a"));
        assertEquals("! b: no such job", find(table, "b"));
    }

    @Test
    void aLineIsAsBashHasIt() {
        assertEquals("[7]+  Running                 redis &\n", TABLE.line(JOBS.get(4), false));
        assertEquals("[4]   Done                    mail\n", TABLE.line(JOBS.get(3), false));
        Job paused = job(9, "web", "nginx -g x", "RUNNING", true);
        JobTable table = JobTable.of(List.of(paused), List.of());
        assertEquals("[9]+  Stopped                 web\n", table.line(paused, false));
        assertEquals(
                "[9]+  4009 Stopped                 web (nginx -g x)\n", table.line(paused, true));
    }

    @Test
    void theEndIsToldInBashsWords() {
        assertEquals("Exit 3", Job.ended(new Job.Exit(3, "", false)));
        assertEquals("Segmentation fault (core dumped)", Job.ended(new Job.Exit(0, "SEGV", true)));
        assertEquals(143, new Job.Exit(0, "TERM", false).status());
        assertEquals(3, new Job.Exit(3, "", false).status());
    }

    @Provide
    Arbitrary<List<Job>> tables() {
        Arbitrary<Job> one =
                Combinators.combine(
                                Arbitraries.integers().between(1, 9),
                                Arbitraries.strings()
                                        .withChars("ab%:?-1")
                                        .ofMinLength(1)
                                        .ofMaxLength(3),
                                Arbitraries.of("RUNNING", "STOPPED", "FATAL"),
                                Arbitraries.of(true, false))
                        .as((n, name, state, paused) ->
                                job(n, name, "x", state, paused && state.equals("RUNNING")));
        return one.list().ofMaxSize(6).uniqueElements(Job::number);
    }

    @Property(tries = 2000)
    void everyWordNamesOneJobOfTheTableOrSaysWhyNot(
            @ForAll("tables") List<Job> jobs, @ForAll List<Integer> used, @ForAll String word) {
        JobTable table = JobTable.of(jobs, used);
        for (String each : List.of(word, "%" + word, "%?" + word)) {
            switch (table.find(each)) {
                case JobTable.Found.One(Job job) -> assertTrue(jobs.contains(job));
                case JobTable.Found.None(String message) ->
                        assertTrue(
                                message.endsWith(": no such job") || message.contains("ambiguous"));
            }
        }
    }

    @Property(tries = 2000)
    void thereIsOneCurrentWhereAnythingLivesAndNumbersAlwaysName(
            @ForAll("tables") List<Job> jobs, @ForAll List<Integer> used) {
        JobTable table = JobTable.of(jobs, used);
        boolean lives = jobs.stream().anyMatch(Job::isLive);
        assertEquals(lives, table.current().isPresent());
        assertEquals(lives ? 1 : 0, jobs.stream().filter(j -> table.marker(j) == '+').count());
        for (Job job : jobs) {
            assertEquals(job.name(), find(table, "%" + job.number()));
            boolean pausedExists = jobs.stream().anyMatch(Job::isPaused);
            if (pausedExists && table.current().get().equals(job)) {
                assertTrue(job.isPaused());
            }
        }
    }
}
