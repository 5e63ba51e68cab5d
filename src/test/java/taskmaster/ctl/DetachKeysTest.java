package taskmaster.ctl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** P, Q and Z are those keys with Ctrl; E is the escape character. */
class DetachKeysTest {

    private final DetachKeys keys = new DetachKeys();

    private static byte[] bytes(String typed) {
        String real =
                typed.replace('P', '\020')
                        .replace('Q', '\021')
                        .replace('Z', '\032')
                        .replace('E', '\033');
        return real.getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1)
                .replace('\020', 'P')
                .replace('\021', 'Q')
                .replace('\032', 'Z')
                .replace('\033', 'E');
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "abc, abc, false, false",
                "aZb, a, true, false",
                "PQ, '', true, false",
                "xPQy, x, true, false",
                "PZ, Z, false, false",
                "Px, Px, false, false",
                "PPQ, P, true, false",
                "P, '', false, true",
                "Q, Q, false, false",
                "E[27;5;122~, '', true, false",
                "E[122;5u, '', true, false",
                "E[112;5uE[113;5u, '', true, false",
                "E[112;5uE[122;5u, E[122;5u, false, false",
                "E[27;5;121~, E[27;5;121~, false, false",
            })
    void findsTheKeysThatLeave(String typed, String passed, boolean detach, boolean holding) {
        byte[] all = bytes(typed);
        DetachKeys.Typed found = keys.take(all, all.length);
        assertEquals(passed, text(found.bytes()));
        assertEquals(detach, found.detach());
        assertEquals(holding, keys.isHolding());
    }

    @Test
    void aControlPThatBeginsNothingIsPassedOnInTheEnd() {
        assertFalse(keys.take(bytes("P"), 1).detach());
        assertTrue(keys.isHolding());
        assertEquals("P", text(keys.release()));
        assertFalse(keys.isHolding());
        assertFalse(keys.take(bytes("Q"), 1).detach(), "too late");
    }

    @Test
    void theKeysMayComeOneByOne() {
        keys.take(bytes("P"), 1);
        assertTrue(keys.take(bytes("Q"), 1).detach());
    }

    /** Without Ctrl-Z and Ctrl-P nothing is changed. */
    @Property
    void passesOnEverythingElse(@ForAll byte[] typed) {
        for (int i = 0; i < typed.length; i++) {
            boolean special = typed[i] == 0x10 || typed[i] == 0x1a || typed[i] == 0x1b;
            typed[i] = special ? (byte) 'x' : typed[i];
        }
        DetachKeys.Typed found = new DetachKeys().take(typed, typed.length);
        assertEquals(new String(typed, ISO_8859_1), new String(found.bytes(), ISO_8859_1));
    }
}
