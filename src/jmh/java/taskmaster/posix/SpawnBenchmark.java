package taskmaster.posix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a start costs, in a JVM with the daemon's flags. To be held against {@code
 * native-tests/spawn-loop.c}, which does vfork and exec.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "--enable-native-access=ALL-UNNAMED"
        })
public class SpawnBenchmark {

    private static final int[] NOTHING = {};

    private final Posix posix = Posix.open();
    private Spawner spawner;
    private ChildScript script;
    private CMemory block;
    private ChildPlan plan;

    /** A plan such as a configuration makes; the program is the smallest there is. */
    @Setup
    public void prepare() throws Exception {
        Path program = Path.of(System.getProperty("program", "/bin/true"));
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException("no program " + program);
        }
        BaseEnvironment environment = BaseEnvironment.read(Set.of());
        Map<Resource, Limits> limits = Map.of(Resource.NOFILE, posix.limit(Resource.NOFILE));
        spawner = Spawner.create(posix, environment, limits);
        script = new ChildScript(posix, environment, limits, true);
        block = NativeMemory.map(Blocks.BYTES);
        plan =
                new ChildPlan(
                        List.of(program.toString()),
                        List.of(program.toString(), "--option", "value"),
                        true,
                        Map.of("TASKMASTER_ENABLED", "1", "TASKMASTER_PROCESS_NAME", "benchmark"),
                        Optional.empty(),
                        Optional.of("/"),
                        022,
                        new InputPlan.Nothing(),
                        new OutputPlan.Append("/dev/null", TrustedPath.Guard.NONE),
                        new OutputPlan.Append("/dev/null", TrustedPath.Guard.NONE),
                        List.of());
    }

    /** The rows alone. */
    @Benchmark
    public ChildMemory rows() {
        ChildText text = new ChildText(plan);
        ChildMemory memory = script.measure(plan, NOTHING, text);
        memory.placeAt(block.address());
        script.write(plan, NOTHING, text, memory);
        memory.copyTo(block);
        return memory;
    }

    /** From the plan to the reaped process. */
    @Benchmark
    public Optional<WaitStatus> spawnAndReap() throws ErrnoException {
        Child child = spawner.spawn(plan);
        child.await(Duration.ofSeconds(10));
        posix.children().awaitExit();
        return posix.children().reap(child.pid());
    }

    /** The cheapest system call, for scale. */
    @Benchmark
    public int getpid() {
        return posix.pid();
    }
}
