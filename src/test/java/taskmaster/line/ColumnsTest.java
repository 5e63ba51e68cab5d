package taskmaster.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {

    @ParameterizedTest
    @CsvSource({
        "a,1", "é,1", "ß,1", "€,1", "─,1", "日,2", "ア,2", "ｱ,1", "한,2", "Ａ,2", "😀,2", "🚀,2", "⌚,2",
        "☃,1", "𠀀,2"
    })
    void areThoseOfTheTerminal(String character, int columns) {
        assertEquals(columns, Columns.of(character.codePointAt(0)), character);
    }

    @ParameterizedTest
    @CsvSource({
        "0x301,0",
        "0x200b,0",
        "0x200d,0",
        "0xfe0f,0",
        "0xad,1",
        "0x1,2",
        "0xa,2",
        "0x7f,2",
        "0x85,2",
        "0x9f,2",
        "0xa0,1",
        "0x115f,2",
        "0x1160,0",
        "0x303f,1",
        "0x3000,2",
        "0x10ffff,1"
    })
    void areThoseOfWhatIsNotSeen(String codePoint, int columns) {
        assertEquals(columns, Columns.of(Integer.decode(codePoint)));
    }

    @Test
    void cutsBetweenCharacters() {
        assertEquals("a日", Columns.cut("a日本", 4));
        assertEquals("a日本", Columns.cut("a日本", 5));
        assertEquals("e\u0301", Columns.cut("e\u0301x", 1));
        assertEquals("", Columns.cut("日", 1));
        assertEquals(5, Columns.of("a日本"));
    }
}
