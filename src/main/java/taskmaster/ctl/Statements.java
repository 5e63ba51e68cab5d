package taskmaster.ctl;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits what is typed into statements, by the quoting rules of POSIX shells (XCU 2.2): a backslash
 * takes the next character as it is, {@code '…'} all, {@code "…"} all but backslashes before {@code
 * " \ $ `} and a line feed. {@code ;} and line feeds end a statement, {@code &} ends one for the
 * background, {@code #} at the beginning of a word is a comment. Nothing is expanded: {@code *} is
 * the daemon's business, and there are no variables.
 *
 * <p>Pipes and redirections do not exist; their characters are refused, so that nobody believes
 * that a program was called {@code >}.
 */
final class Statements {

    /** What a text is. */
    sealed interface Parsed {}

    record Complete(List<Statement> statements) implements Parsed {
        Complete {
            statements = List.copyOf(statements);
        }
    }

    /**
     * The statement goes on in the next line.
     *
     * @param missing in words, for who has no next line
     */
    record Incomplete(String missing) implements Parsed {}

    /** No next line makes it right. */
    record Wrong(String message) implements Parsed {}

    /**
     * How far somebody has come with a statement.
     *
     * @param words complete ones, before the last
     * @param word the last, without quotes; empty where the next has not begun
     * @param start where that begins in the text, with its quote
     */
    record Typed(List<String> words, String word, int start) {
        Typed {
            words = List.copyOf(words);
        }
    }

    private static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Parsed result;

        SyntaxException(Parsed result) {
            super(result.toString(), null, false, false);
            this.result = result;
        }
    }

    private final String text;
    private int next;
    private final List<Statement> statements = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    /** Whether {@link #word} is one though it may be empty. */
    private boolean inWord;

    private int wordStart;

    private Statements(String text) {
        this.text = text;
    }

    static Parsed parse(String text) {
        Statements parser = new Statements(text);
        try {
            parser.all();
            return new Complete(parser.statements);
        } catch (SyntaxException e) {
            return e.result;
        }
    }

    /** What is being typed at the end of {@code text}. */
    static Typed typed(String text) {
        Statements parser = new Statements(text);
        try {
            parser.split();
        } catch (SyntaxException e) {
            // An open quote is no mistake yet; of a mistake nothing is known.
            return parser.typed();
        }
        return parser.typed();
    }

    private Typed typed() {
        return new Typed(words, word.toString(), inWord ? wordStart : text.length());
    }

    private void all() throws SyntaxException {
        split();
        endStatement(false);
    }

    private void split() throws SyntaxException {
        while (next < text.length()) {
            if (!inWord) {
                wordStart = next;
            }
            char c = text.charAt(next++);
            switch (c) {
                case ' ', '\t', '\r' -> endWord();
                case '\n', ';' -> endStatement(false);
                case '&' -> ampersand();
                case '\'' -> single();
                case '"' -> doubled();
                case '\\' -> backslash();
                case '|', '<', '>' ->
                        throw wrong(
                                "there are no pipes and redirections here: put "
                                        + c
                                        + " into quotes if it belongs to a word");
                case '#' -> hash();
                default -> add(c);
            }
        }
    }

    private static SyntaxException wrong(String message) {
        return new SyntaxException(new Wrong(message));
    }

    private static SyntaxException incomplete(String missing) {
        return new SyntaxException(new Incomplete(missing));
    }

    private void add(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void endStatement(boolean background) {
        endWord();
        if (!words.isEmpty()) {
            statements.add(new Statement(words, background));
            words.clear();
        }
    }

    private void ampersand() throws SyntaxException {
        endWord();
        if (next < text.length() && text.charAt(next) == '&') {
            throw wrong("there is no && here: use ; and set -e");
        }
        if (words.isEmpty()) {
            throw wrong("& follows a command");
        }
        endStatement(true);
    }

    private void single() throws SyntaxException {
        int end = text.indexOf('\'', next);
        inWord = true;
        if (end < 0) {
            word.append(text, next, text.length());
            throw incomplete("a ' is missing");
        }
        word.append(text, next, end);
        next = end + 1;
    }

    private void doubled() throws SyntaxException {
        inWord = true;
        while (next < text.length()) {
            char c = text.charAt(next++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && next < text.length() && "\"\\$`\n".indexOf(text.charAt(next)) >= 0) {
                c = text.charAt(next++);
                if (c == '\n') {
                    continue;
                }
            }
            word.append(c);
        }
        throw incomplete("a \" is missing");
    }

    private void backslash() throws SyntaxException {
        if (next == text.length()) {
            throw incomplete("nothing follows \\");
        }
        char c = text.charAt(next++);
        if (c != '\n') {
            add(c);
        }
    }

    private void hash() {
        if (inWord) {
            add('#');
            return;
        }
        int end = text.indexOf('\n', next);
        next = end < 0 ? text.length() : end;
    }
}
