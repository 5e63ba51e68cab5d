package taskmaster.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Documents and values as short texts, so that a test can be read at a glance. */
final class Toml {

    private Toml() {}

    /** {@code {a=1, b=["x", 1.5]}}; dates in the form of java.time. */
    static String show(TomlValue value) {
        return switch (value) {
            case TomlValue.Text text -> '"' + text.value() + '"';
            case TomlValue.Int number -> Long.toString(number.value());
            case TomlValue.Real number -> Double.toString(number.value());
            case TomlValue.Bool bool -> Boolean.toString(bool.value());
            case TomlValue.Time time -> time.value().toString();
            case TomlValue.Array array -> {
                List<String> items = new ArrayList<>();
                for (TomlValue item : array.items()) {
                    items.add(show(item));
                }
                yield items.toString();
            }
            case TomlValue.Table table -> {
                List<String> entries = new ArrayList<>();
                for (Map.Entry<String, TomlValue.Entry> entry : table.entries().entrySet()) {
                    entries.add(entry.getKey() + "=" + show(entry.getValue().value()));
                }
                yield "{" + String.join(", ", entries) + "}";
            }
        };
    }

    /** Each as {@code line:column: message}. */
    static List<String> problems(TomlDocument document) {
        List<String> lines = new ArrayList<>();
        for (TomlDocument.Problem problem : document.problems()) {
            lines.add(show(problem.position()) + ": " + problem.message());
        }
        return lines;
    }

    static String show(Position position) {
        return position.line() + ":" + position.column();
    }

    /** The value at {@code path} from the root. */
    static TomlValue.Entry entry(TomlDocument document, String... path) {
        TomlValue.Table table = document.root();
        for (int i = 0; i < path.length - 1; i++) {
            table = (TomlValue.Table) table.entries().get(path[i]).value();
        }
        return table.entries().get(path[path.length - 1]);
    }
}
