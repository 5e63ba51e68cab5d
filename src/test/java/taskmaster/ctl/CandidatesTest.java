package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CandidatesTest {

    private static final List<StateChanges.Seen> PROCESSES =
            List.of(
                    new StateChanges.Seen("db", "db", "RUNNING", 1, "", false, 1),
                    new StateChanges.Seen("job", "job", "EXITED", 0, "", false, 2),
                    new StateChanges.Seen("web:web_0", "web", "RUNNING", 2, "", true, 3),
                    new StateChanges.Seen("web:web_1", "web", "RUNNING", 3, "", false, 4));

    private static String words(String line) {
        return String.join(" ", Candidates.of(Statements.typed(line), PROCESSES).keySet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            textBlock =
                    """
                    `st`                    > start status stop
                    `  st`                  > start status stop
                    `pid; st`               > start status stop
                    `ex`                    > exit
                    `status `               > db job web:web_0 web:web_1 web:* all
                    `status w`              > web:web_0 web:web_1 web:*
                    `status "w`             > web:web_0 web:web_1 web:*
                    `status db w`           > web:web_0 web:web_1 web:*
                    `start `                > job
                    `stop `                 > db web:web_0 web:web_1 web:* all
                    `stop --timeout 5 d`    > db
                    `stop --timeout `       > ``
                    `stop --n`              > --no-wait
                    `status --no`           > ``
                    `status --color `       > auto always never
                    `status --program `     > db job web
                    `status --group w`      > web
                    `--js`                  > --json
                    `--json stat`           > status
                    `signal H`              > HUP
                    `signal SIGH`           > SIGHUP
                    `signal HUP d`          > db
                    `send `                 > db web:web_0 web:web_1 web:* all
                    `send db `              > ``
                    `signal -`              > -g --timeout --json --color --program --group --process --help
                    `tail -n 5 d`           > db
                    `tail db std`           > stdout stderr
                    `tail st`               > ``
                    `logs `                 > stdout stderr both
                    `help sh`               > shutdown
                    `set `                  > -b +b -e +e -o +o
                    `set -o `               > notify errexit
                    `shutdown `             > ``
                    `bogus `                > ``
                    `fg %`                  > %1 %3 %4 %db %web:web_0 %web:web_1
                    `fg %w`                 > %web:web_0 %web:web_1
                    `fg `                   > db web:web_0 web:web_1
                    `fg db `                > ``
                    `fg -n 5 d`             > db
                    `fg -n `                > ``
                    `%d`                    > %db
                    `bg %`                  > %3 %web:web_0
                    `kill %4`               > %4
                    `kill -s US`            > USR1 USR2
                    `kill -s HUP %d`        > %db
                    `kill -`                > -s -n -l
                    `jobs -s %j`            > %job
                    `start %`               > %2 %job
                    `wait %2`               > %2
                    `reload %`              > ``
                    `a | st`                > ``
                    """)
    void fitsWhereItIsTyped(String line, String expected) {
        assertEquals(expected, words(line));
    }

    @Test
    void startOffersWhatDoesNotRunUnlessAllDo() {
        List<StateChanges.Seen> up = PROCESSES.subList(2, 4);
        var all = Candidates.of(Statements.typed("start "), up).keySet();
        assertEquals("web:web_0 web:web_1 web:* all", String.join(" ", all));
    }

    @Test
    void tellsTheStates() {
        var found = Candidates.of(Statements.typed("status j"), PROCESSES);
        assertEquals("EXITED", found.get("job"));
        var jobs = Candidates.of(Statements.typed("fg %"), PROCESSES);
        assertEquals("web:web_0 RUNNING, paused", jobs.get("%3"));
        assertEquals("RUNNING", jobs.get("%db"));
    }

    @Test
    void knowsWhereTheWordBegins() {
        assertEquals(7, Statements.typed("status w").start());
        assertEquals(7, Statements.typed("status 'w").start());
        assertEquals(7, Statements.typed("status ").start());
        assertEquals("w x", Statements.typed("status 'w x").word());
        assertEquals(List.of("status"), Statements.typed("pid; status w").words());
    }

    @Property
    void quotingIsUndone(@ForAll String word) {
        if (word.isEmpty()) {
            return;
        }
        assertEquals(
                new Statements.Complete(List.of(new Statement(List.of(word), false))),
                Statements.parse(Candidates.quoted(word)));
    }
}
