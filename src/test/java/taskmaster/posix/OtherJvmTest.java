package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can only be tried in a process of its own. */
class OtherJvmTest {

    @Test
    void becomesAUserWithEveryThreadAndForGood() throws Exception {
        Commands.needsRoot();
        List<String> said = Commands.otherJvm("become").lines().toList();
        List<String> ids = new ArrayList<>(said);
        ids.removeIf(line -> !line.startsWith("ids"));
        assertTrue(ids.size() > 5, "a JVM has many threads: " + said);
        for (String thread : ids) {
            assertEquals(
                    "ids Uid: 33 33 33 33 Gid: 33 33 33 33 Groups: 33 CapEff: 0000000000000000",
                    thread);
        }
        String denied = "EPERM (operation not permitted)";
        assertTrue(said.contains("back: setgroups for user \"root\": " + denied), said.toString());
        assertTrue(said.toString().matches(".*parent: kill \\d+, URG: EPERM.*"), said.toString());
        assertTrue(said.contains("euid 33"), said.toString());
    }

    @Test
    void changesItsOwnProcess() throws Exception {
        List<String> said = Commands.otherJvm("process").lines().toList();
        assertEquals(
                List.of(
                        "directory /usr",
                        "directory: chdir \"/no/such\": ENOENT (no such file or directory)",
                        "umask 63",
                        "nofile 500",
                        "wait: waitid for any child: ECHILD (no child processes)",
                        "peek Optional.empty",
                        "found"),
                said);
    }

    @Test
    void adoptsWhatItsChildrenLeaveBehind() throws Exception {
        List<String> said = new ArrayList<>(Commands.otherJvm("subreaper").lines().toList());
        said.sort(null);
        assertEquals(List.of("adopted exit status 5", "own exit status 0"), said);
    }

    @Test
    void hardLimitsAreRaisedByRootOnly() throws Exception {
        Commands.needsRoot();
        String said = Commands.otherJvm("unprivileged");
        String raise = "raise: prlimit64 NOFILE 20000: EPERM (operation not permitted)";
        assertTrue(said.contains(raise), said);
    }

    @Test
    void descriptorsAreClosedEvenWhereTheirListIsSecret() throws Exception {
        Commands.needsRoot();
        String said = Commands.otherJvm("unprivileged");
        assertTrue(said.contains("Executed[]\nExecuted[]\n"), said);
    }
}
