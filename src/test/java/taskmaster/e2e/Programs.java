package taskmaster.e2e;

/** Programs that most of the tests have in their configuration. */
public final class Programs {

    /** For programs whose output is of no interest. */
    public static final String QUIET = "stdout = \"/dev/null\"\nstderr = \"/dev/null\"\n";

    /** A bystander that has nothing to do with what is abused, and must not notice it. */
    public static final String WORKER =
            "[programs.worker]\ncommand = \"${bin}/exit-after\"\n"
                    + "args = [\"100000000\", \"0\"]\nstartsecs = 0.1\n"
                    + QUIET;

    private Programs() {}
}
