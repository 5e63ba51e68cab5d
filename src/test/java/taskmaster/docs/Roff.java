package taskmaster.docs;

import java.util.List;

/**
 * Text of a man page (man 7 groff_man): what Markdown as plain as the README's, and the help of our
 * commands, look like in it.
 */
final class Roff {

    private final StringBuilder text = new StringBuilder();

    /** Where a list's or a table's entries are the next lines. */
    private boolean inList;

    Roff(String name, String section, String summary) {
        text.append(".\\\" Made by scripts/man: change the help texts or the README instead.\n");
        text.append(".TH \"").append(name).append("\" ").append(section);
        text.append(" \"\" taskmaster taskmaster\n");
        heading("name");
        line(name.replace("-", "\\-") + " \\- " + escape(summary));
    }

    private void line(String roff) {
        boolean wouldBeARequest = roff.startsWith(".") || roff.startsWith("'");
        text.append(wouldBeARequest ? "\\&" : "").append(roff).append('\n');
    }

    Roff heading(String title) {
        text.append(".SH \"").append(escape(title.toUpperCase(java.util.Locale.ROOT)));
        text.append("\"\n");
        inList = false;
        return this;
    }

    Roff subheading(String title) {
        text.append(".SS \"").append(escape(title)).append("\"\n");
        inList = false;
        return this;
    }

    /** A word or option, in bold, with what it means; both plain text. */
    Roff entry(String term, String meaning) {
        return taggedBy("\\fB" + escape(term) + "\\fR", escape(meaning));
    }

    private Roff taggedBy(String term, String meaning) {
        text.append(".TP\n");
        line(term);
        line(meaning.isEmpty() ? "\\ " : meaning);
        inList = true;
        return this;
    }

    /** A row of a table: what it is about, and the rest. Markdown. */
    Roff row(String about, String rest) {
        return taggedBy(inline(about), inline(rest));
    }

    Roff paragraph(String markdown) {
        text.append(".PP\n");
        line(inline(markdown));
        inList = false;
        return this;
    }

    Roff bullet(String markdown) {
        text.append(".IP \\(bu 2\n");
        line(inline(markdown));
        inList = true;
        return this;
    }

    /** Lines that stay as they are. */
    Roff example(List<String> lines) {
        text.append(".PP\n.nf\n.RS 4\n");
        for (String each : lines) {
            line(escape(each));
        }
        text.append(".RE\n.fi\n");
        inList = false;
        return this;
    }

    boolean isInList() {
        return inList;
    }

    /** Only with ASCII, so that every formatter in every locale shows it. */
    private static String escape(String plain) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '"' -> escaped.append("\\(dq");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                case '…' -> escaped.append("...");
                default -> {
                    if (c < 0x80) {
                        escaped.append(c);
                    } else {
                        escaped.append("\\[u%04X]".formatted((int) c));
                    }
                }
            }
        }
        return escaped.toString();
    }

    /** {@code code}, *emphasis*, **weight** and [links](...) of Markdown. */
    static String inline(String markdown) {
        StringBuilder roff = new StringBuilder();
        String rest = markdown;
        while (!rest.isEmpty()) {
            int length = 1;
            if (rest.startsWith("\\|")) {
                roff.append('|');
                length = 2;
            } else if (rest.startsWith("`") && rest.indexOf('`', 1) > 0) {
                length = rest.indexOf('`', 1) + 1;
                String code = rest.substring(1, length - 1).replace("\\|", "|");
                roff.append("\\fB").append(escape(code)).append("\\fR");
            } else if (rest.matches("\\*\\p{L}[^*]*\\*.*")) {
                length = rest.indexOf('*', 1) + 1;
                String words = inline(rest.substring(1, length - 1));
                roff.append("\\fI").append(words).append("\\fR");
            } else if (rest.matches("\\[[^]]*]\\(.*")) {
                int end = rest.indexOf(']');
                roff.append(inline(rest.substring(1, end)));
                length = rest.indexOf(')', end) + 1;
            } else {
                roff.append(escape(rest.substring(0, 1)));
            }
            rest = rest.substring(length);
        }
        return roff.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
