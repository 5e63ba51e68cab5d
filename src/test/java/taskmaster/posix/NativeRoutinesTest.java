package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine code in the sources is what the assembler makes of native-tests, and it works. */
class NativeRoutinesTest {

    @TempDir Path out;

    private static void needsCompiler(Architecture architecture) {
        if (architecture == Architecture.here()) {
            Commands.requireGcc();
            return;
        }
        boolean there = Headers.canCompile(architecture);
        String reason =
                "NOT TESTED: the machine code of "
                        + architecture
                        + ", for want of "
                        + Headers.compiler(architecture);
        if (!there) {
            System.err.println(reason);
        }
        Assumptions.assumeTrue(there, reason);
    }

    private static String name(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> "x86_64";
            case AARCH64 -> "aarch64";
        };
    }

    private static String tool(Architecture architecture, String tool) {
        String compiler = Headers.compiler(architecture);
        return compiler.substring(0, compiler.length() - "gcc".length()) + tool;
    }

    /** The object file of a routine. */
    private Path assemble(Architecture architecture, String routine) throws Exception {
        String source = routine + "-" + name(architecture) + ".S";
        Path object = out.resolve(source + ".o");
        Commands.output(
                List.of(
                        Headers.compiler(architecture),
                        "-c",
                        "-o",
                        object.toString(),
                        Commands.NATIVE_TESTS.resolve(source).toString()));
        return object;
    }

    private byte[] code(Architecture architecture, String routine) throws Exception {
        Path object = assemble(architecture, routine);
        Path binary = out.resolve(routine + ".bin");
        Commands.output(
                List.of(
                        tool(architecture, "objcopy"),
                        "-O",
                        "binary",
                        "-j",
                        ".text",
                        object.toString(),
                        binary.toString()));
        return Files.readAllBytes(binary);
    }

    private static void assertSame(byte[] assembled, byte[] ours) {
        HexFormat hex = HexFormat.of();
        assertEquals(hex.formatHex(assembled), hex.formatHex(ours));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theBytesAreThoseOfTheAssembler(Architecture architecture) throws Exception {
        needsCompiler(architecture);
        assertSame(code(architecture, "child-runner"), NativeRoutines.childRunner(architecture));
        assertSame(
                code(architecture, "signal-routine"), NativeRoutines.signalRoutine(architecture));
    }

    /**
     * Parent and child are on one stack after clone: only the parent, on its way out, may use it.
     */
    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theChildUsesNoStack(Architecture architecture) throws Exception {
        needsCompiler(architecture);
        String object = assemble(architecture, "child-runner").toString();
        String listing = Commands.output(List.of(tool(architecture, "objdump"), "-d", object));
        String all = listing.substring(listing.indexOf("<next>:"));
        String child =
                all.substring(0, all.indexOf("<back>:")) + all.substring(all.indexOf("<check>:"));
        assertTrue(child.contains("syscall") || child.contains("svc"), child);
        for (String use : List.of("push", "pop", "call ", "ret", "%rsp", "%esp", "sp", "\tbl")) {
            assertFalse(child.replace("syscall", "").contains(use), use + " in " + child);
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theyWorkWhereverTheyAreLoaded(Architecture architecture) throws Exception {
        needsCompiler(architecture);
        boolean here = architecture == Architecture.here();
        String emulator = "qemu-" + name(architecture);
        String reason = "NOT TESTED: the running of " + architecture + ", for want of " + emulator;
        if (!here && !Commands.exists(emulator)) {
            System.err.println(reason);
            Assumptions.abort(reason);
        }
        Path program = out.resolve("runner-test");
        Commands.output(
                List.of(
                        Headers.compiler(architecture),
                        "-O2",
                        "-static",
                        "-o",
                        program.toString(),
                        Commands.NATIVE_TESTS.resolve("runner-test.c").toString()));
        Path runner = Files.write(out.resolve("r"), NativeRoutines.childRunner(architecture));
        Path signals = Files.write(out.resolve("s"), NativeRoutines.signalRoutine(architecture));
        List<String> direct =
                List.of("env", program.toString(), runner.toString(), signals.toString());
        List<String> emulated =
                List.of(
                        "env",
                        "QEMU=1",
                        emulator,
                        program.toString(),
                        runner.toString(),
                        signals.toString());
        assertEquals("ok\n", Commands.output(here ? direct : emulated));
    }
}
