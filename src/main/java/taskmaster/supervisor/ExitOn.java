package taskmaster.supervisor;

import java.util.List;
import java.util.OptionalInt;
import taskmaster.lifecycle.Event;
import taskmaster.lifecycle.LastExit;
import taskmaster.lifecycle.ProcessState;

/**
 * {@code [taskmasterd] exit_on}: the daemon ends when one of these processes has ended for good.
 * Owned by the supervisor's thread.
 */
final class ExitOn {

    private final Mailbox mailbox;
    private final Ending ending;
    private List<String> names;

    /** Ends the daemon; the first call decides. */
    interface Ending {
        void end(String process, int exitCode);
    }

    ExitOn(List<String> names, Mailbox mailbox, Ending ending) {
        this.names = names;
        this.mailbox = mailbox;
        this.ending = ending;
    }

    /** What ends from now on is measured by these; what has ended before does not count. */
    void change(List<String> changed) {
        names = changed;
    }

    /** By way of the mailbox: the step that was taken is not yet performed. */
    void see(Slot slot, ProcessState before, Event event) {
        if (names.isEmpty()) {
            return;
        }
        OptionalInt code = LastExit.codeAfter(before, event, slot.state);
        if (code.isPresent() && isNamed(slot)) {
            String process = slot.name().toString();
            mailbox.put(new Message.Run(() -> ending.end(process, code.getAsInt())));
        }
    }

    private boolean isNamed(Slot slot) {
        for (String name : names) {
            if (slot.spec().isCalled(name)) {
                return true;
            }
        }
        return false;
    }
}
