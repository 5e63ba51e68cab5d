package taskmaster.protocol;

/** The version of taskmaster, that of pom.xml; a test compares them. */
public final class Version {

    public static final String TEXT = "0.1.0";

    private Version() {}
}
