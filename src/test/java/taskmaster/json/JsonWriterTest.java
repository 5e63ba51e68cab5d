package taskmaster.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {

    @Test
    void membersAreWrittenInTheOrderTheyWerePut() {
        Json value =
                Json.object()
                        .put("state", "RUNNING")
                        .put("pid", 12)
                        .put("uptime", 12.345)
                        .put("ok", true)
                        .putNull("exit")
                        .put("names", Json.strings(List.of("b", "a")))
                        .put("results", List.of(Json.object().build(), Json.num(-1)))
                        .build();

        assertEquals(
                "{\"state\":\"RUNNING\",\"pid\":12,\"uptime\":12.345,\"ok\":true,\"exit\":null,"
                        + "\"names\":[\"b\",\"a\"],\"results\":[{},-1]}",
                JsonWriter.write(value));
    }

    @Test
    void whatCouldUpsetALineOrATerminalIsEscaped() {
        String text = "\"\\/\n\r\t\b\u0000\u001b\u007f\u009b\u00a0\u2028\u2029\u00e9\ud83d\ude00";

        assertEquals(
                "\"\\\"\\\\/\\n\\r\\t\\u0008\\u0000\\u001b\\u007f\\u009b\u00a0\\u2028\\u2029"
                        + "\u00e9\ud83d\ude00\"",
                JsonWriter.write(Json.str(text)));
    }

    @Test
    void halvesOfPairsAreEscaped() {
        assertEquals("\"\\ud83d\"", JsonWriter.write(Json.str("\ud83d")));
        assertEquals("\"\\ude00\\ud83dx\"", JsonWriter.write(Json.str("\ude00\ud83dx")));
    }

    @Test
    void appendsToWhatIsThere() {
        StringBuilder out = new StringBuilder("data: ");

        JsonWriter.write(Json.str("x"), out);

        assertEquals("data: \"x\"", out.toString());
    }

    @Test
    void aNumberThatIsNoneCannotBeMade() {
        for (String literal : List.of("", "01", "1 ", " 1", "NaN", "1,2", "0x1", "-", "1.")) {
            assertThrows(IllegalArgumentException.class, () -> new Json.Num(literal), literal);
        }
        assertThrows(IllegalArgumentException.class, () -> Json.Num.of(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Json.Num.of(Double.NEGATIVE_INFINITY));
    }

    @Test
    void aNamePutTwiceIsRefused() {
        JsonObjectBuilder builder = Json.object().put("a", 1);

        assertThrows(IllegalStateException.class, () -> builder.put("a", 2));
    }

    @Test
    void membersAreReadByTypeAndAbsentOtherwise() {
        Json.Obj object =
                Json.object()
                        .put("s", "x")
                        .put("n", 7)
                        .put("b", false)
                        .put("o", Json.object().put("i", 1).build())
                        .put("a", List.of(Json.str("y")))
                        .build();

        assertEquals(Optional.of(Json.str("x")), object.get("s"));
        assertEquals(Optional.of("x"), object.getString("s"));
        assertEquals(OptionalLong.of(7), object.getLong("n"));
        assertEquals(Optional.of(false), object.getBoolean("b"));
        assertEquals(OptionalLong.of(1), object.getObject("o").orElseThrow().getLong("i"));
        assertEquals(List.of(Json.str("y")), object.getItems("a"));
        assertTrue(object.get("x").isEmpty());
        assertTrue(object.getString("n").isEmpty());
        assertTrue(object.getLong("s").isEmpty());
        assertTrue(object.getBoolean("s").isEmpty());
        assertTrue(object.getObject("s").isEmpty());
        assertTrue(object.getItems("s").isEmpty());
    }
}
