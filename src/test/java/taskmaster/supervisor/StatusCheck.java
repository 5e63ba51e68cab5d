package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import taskmaster.json.Json;
import taskmaster.lifecycle.StateName;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;
import taskmaster.protocol.Responder;
import taskmaster.protocol.Target;

/** What a client is told by {@code status} is what the kernel has. */
final class StatusCheck {

    /**
     * From the moment that counts as the start to the clone: another start is waited for; seconds.
     */
    private static final double MOST_BETWEEN = 0.06;

    private StatusCheck() {}

    static void check(Supervisor supervisor, VirtualKernel kernel) {
        var answer = new Answer();
        supervisor.handle(new Message.Ask(new Request.Status(new Target.All()), answer));
        if (answer.replies.size() != 1) {
            kernel.violated("status", "answered " + answer.replies.size() + " times");
            return;
        }
        Map<String, VirtualProcess> leaders = new HashMap<>();
        Map<Integer, String> disowned = new HashMap<>();
        Set<String> shown = new HashSet<>();
        for (VirtualProcess process : kernel.processes()) {
            if (process.isLeader && process.isDisowned) {
                disowned.put(process.pid, process.name);
            } else if (process.isLeader) {
                leaders.put(process.name, process);
            }
        }
        Map<Integer, String> told = new HashMap<>();
        Json.Obj content = answer.replies.getFirst().body().getObject("content").orElseThrow();
        for (Json entry : content.getItems("processes")) {
            Json.Obj process = (Json.Obj) entry;
            String name = process.getString("process").orElseThrow();
            for (Json pid : process.getItems("disowned")) {
                told.put((int) ((Json.Num) pid).toDouble(), name);
            }
            shown.add(name);
            compare(process, name, leaders.remove(name), kernel);
        }
        disowned.values().retainAll(shown);
        if (!told.equals(disowned)) {
            kernel.violated("status", "disowned are " + disowned + ", told: " + told);
        }
        for (VirtualProcess unknown : leaders.values()) {
            kernel.violated("every child is known", unknown.pid + " of " + unknown.name);
        }
    }

    private static void compare(
            Json.Obj told, String name, VirtualProcess is, VirtualKernel kernel) {
        OptionalLong pid = told.getLong("pid");
        boolean live = StateName.valueOf(told.getString("state").orElseThrow()).isLive();
        if (live != pid.isPresent() || live != (is != null)) {
            String has = is == null ? "no process" : "process " + is.pid;
            kernel.violated("status", name + " has " + has + ", told: " + told.members());
            return;
        }
        if (is == null) {
            return;
        }
        if (pid.getAsLong() != is.pid) {
            kernel.violated("status", name + " has " + is.pid + ", told " + pid.getAsLong());
        }
        boolean paused = told.getBoolean("paused").orElse(false);
        if (is.news.isEmpty() && paused != is.isStopped) {
            kernel.violated("status", name + " is stopped: " + is.isStopped + ", told: " + paused);
        }
        double uptime = ((Json.Num) told.members().get("uptime")).toDouble();
        if (Math.abs(uptime - (kernel.now() - is.startedAt) / 1e9) > MOST_BETWEEN) {
            kernel.violated("status", name + " is up otherwise than told: " + told.members());
        }
    }

    private static final class Answer implements Responder {
        private final List<Reply> replies = new ArrayList<>();

        @Override
        public void send(Reply reply) {
            replies.add(reply);
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void onClose(Runnable action) {}
    }
}
