package taskmaster.json;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One request read, and the status of ten processes built, written and read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonBenchmark {

    private static final int PROCESSES = 10;

    private final String request =
            "{\"command\":\"status\",\"target\":\"program\",\"name\":[\"nginx\",\"redis\"],\"id\":7}";

    private final Json status = status();

    private final String statusText = JsonWriter.write(status);

    /** The members of a process in a reply. */
    private static Json.Obj status() {
        List<Json> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(
                    Json.object()
                            .put("name", "web:web_" + i)
                            .put("program", "web")
                            .put("group", "web")
                            .put("process", "web_" + i)
                            .put("state", "RUNNING")
                            .put("pid", 4711 + i)
                            .put("uptime", 12.345)
                            .put("since", "2026-11-22T13:31:08.123Z")
                            .putNull("exit")
                            .put("restarts", 0)
                            .put("reason", "")
                            .build());
        }
        return Json.object().put("processes", processes).build();
    }

    @Benchmark
    public Json readRequest() throws JsonException {
        return JsonParser.parse(request);
    }

    @Benchmark
    public Json readStatus() throws JsonException {
        return JsonParser.parse(statusText);
    }

    @Benchmark
    public Json buildStatus() {
        return status();
    }

    @Benchmark
    public String writeStatus() {
        return JsonWriter.write(status);
    }
}
