package taskmaster.ctl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import taskmaster.protocol.Version;

class VersionTest {

    @Test
    void isThatOfTheBuild() throws Exception {
        Path pom = Path.of(System.getProperty("project.basedir", "."), "pom.xml");
        assertTrue(
                Files.readString(pom)
                        .contains(
                                "<artifactId>taskmaster</artifactId>\n  <version>"
                                        + Version.TEXT
                                        + "</version>"));
    }
}
