package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskmaster.json.Json;
import taskmaster.protocol.Reply;
import taskmaster.protocol.Request;

/**
 * A sample of {@code top} as it came from taskmasterd, made harmless for a terminal.
 *
 * @param daemon taskmasterd itself
 * @param whole whether figures are those of whole sessions, not only of their leaders
 * @param first whether there was none before: then nothing is known of CPU
 */
record TopSample(Row daemon, List<Row> rows, boolean whole, boolean first) {

    static final long UNKNOWN = -1;

    /**
     * One process. Numbers are {@link #UNKNOWN} where they do not apply or may not be read.
     *
     * @param troubled something is wrong with it
     * @param place in taskmasterd's order: by group and number
     * @param uptime seconds
     * @param cpu tenths of a percent of one core
     * @param memory bytes
     * @param last how it ended the last time, and what is wrong with it
     */
    record Row(
            int place,
            String name,
            String state,
            boolean paused,
            boolean troubled,
            long pid,
            long uptime,
            long cpu,
            long memory,
            long processes,
            long threads,
            long descriptors,
            long restarts,
            String last) {

        /** The state as it is shown. */
        String shownState() {
            return paused ? "PAUSED" : state;
        }
    }

    static TopSample of(Json.Obj content) {
        List<Json> processes = content.getItems("processes");
        List<Row> rows = new ArrayList<>(processes.size());
        for (int i = 0; i < processes.size(); i++) {
            if (processes.get(i) instanceof Json.Obj process) {
                rows.add(row(i, process));
            }
        }
        Json.Obj daemon = content.getObject("daemon").orElse(Json.Obj.EMPTY);
        return new TopSample(
                row(0, daemon),
                List.copyOf(rows),
                !content.getString("scope").orElse("").equals("leader"),
                isFirst(content));
    }

    /** The one that only those after it are compared with: it has no CPU yet. */
    static boolean isFirst(Request request, Reply reply) {
        return request instanceof Request.Top
                && !reply.isFinal()
                && isFirst(WireFormat.content(reply));
    }

    private static boolean isFirst(Json.Obj content) {
        return !(content.get("interval").orElse(Json.Null.NULL) instanceof Json.Num);
    }

    private static Row row(int place, Json.Obj process) {
        return new Row(
                place,
                harmless(process.getString("name").orElse("")),
                harmless(process.getString("state").orElse("UNKNOWN")),
                process.getBoolean("paused").orElse(false),
                !process.getString("reason").orElse("").isEmpty(),
                process.getLong("pid").orElse(UNKNOWN),
                scaled(process, "uptime", 1),
                scaled(process, "cpu", 10),
                scaled(process, "memory", 1),
                scaled(process, "processes", 1),
                scaled(process, "threads", 1),
                scaled(process, "descriptors", 1),
                scaled(process, "restarts", 1),
                last(process));
    }

    private static long scaled(Json.Obj process, String field, int factor) {
        return process.get(field).orElse(Json.Null.NULL) instanceof Json.Num number
                        && number.toDouble() >= 0
                ? Math.round(number.toDouble() * factor)
                : UNKNOWN;
    }

    /** {@code exit 3}, {@code KILL}; with what is wrong, where something is. */
    private static String last(Json.Obj process) {
        StringBuilder text = new StringBuilder();
        Optional<Json.Obj> exit = process.getObject("exit");
        if (exit.isPresent()) {
            Optional<String> signal = exit.get().getString("signal");
            if (signal.isPresent()) {
                text.append(signal.get());
            } else {
                text.append("exit ").append(exit.get().getLong("code").orElse(0));
            }
        }
        String reason = process.getString("reason").orElse("");
        if (!reason.isEmpty()) {
            text.append(text.length() == 0 ? "" : ": ").append(reason);
        }
        return harmless(text.toString());
    }

    private static String harmless(String text) {
        String line = Text.plain(text); // also without line feeds and tabs
        ByteArrayOutputStream out = new ByteArrayOutputStream(line.length());
        byte[] bytes = line.getBytes(UTF_8);
        Visible visible = new Visible();
        visible.add(bytes, 0, bytes.length, out);
        visible.end(out);
        return out.toString(UTF_8);
    }
}
