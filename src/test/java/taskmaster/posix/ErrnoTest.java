package taskmaster.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void isPrintedWithNameAndMeaning() {
        assertEquals("ENOENT (no such file or directory)", Errno.ENOENT.toString());
        assertEquals("ETIMEDOUT (connection timed out)", Errno.ETIMEDOUT.toString());
    }

    @Test
    void anUnknownNumberIsPrintedAsOne() {
        assertEquals("errno 4711 (unknown error)", new Errno(4711).toString());
        assertEquals("errno 0", new Errno(0).name());
        assertEquals("errno 41", new Errno(41).name());
    }

    @Test
    void theTableIsThatOfTheHeaders() throws Exception {
        List<String> assertions = new ArrayList<>();
        for (int number = 1; number <= 133; number++) {
            String name = new Errno(number).name();
            if (!name.startsWith("errno")) {
                assertions.add(Headers.equal(name, number));
            }
        }
        assertEquals(130, assertions.size());
        Headers.check(assertions);
    }
}
