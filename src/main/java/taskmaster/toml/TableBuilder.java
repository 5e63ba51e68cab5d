package taskmaster.toml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table while it grows, and the rules of who may add to it (TOML 1.0, "Keys", "Table", "Array of
 * Tables"):
 *
 * <ul>
 *   <li>A header opens a table once; but one that only came to be on the way to a deeper header
 *       ({@link Origin#IMPLICIT}) may be opened later.
 *   <li>Dotted keys may add to tables that dotted keys made, and to those of a deeper header that
 *       were not opened; not to an opened one. A header may not open what dotted keys made, but may
 *       make tables in it.
 *   <li>A name of an array of tables means its last table.
 *   <li>Values, and with them inline tables and arrays in brackets, are closed.
 * </ul>
 */
final class TableBuilder {

    private enum Origin {
        HEADER,
        IMPLICIT,
        DOTTED
    }

    private sealed interface Slot {}

    private record Value(TomlValue value) implements Slot {}

    private record SubTable(TableBuilder table) implements Slot {}

    private record Tables(List<TableBuilder> tables) implements Slot {}

    private record Member(Position keyPosition, Slot slot) {}

    private final Map<String, Member> members = new LinkedHashMap<>();
    private Position position;
    private Origin origin;

    private TableBuilder(Position position, Origin origin) {
        this.position = position;
        this.origin = origin;
    }

    static TableBuilder root() {
        return new TableBuilder(new Position(1, 1), Origin.HEADER);
    }

    static TableBuilder inline(Position position) {
        return new TableBuilder(position, Origin.HEADER);
    }

    /** The table of {@code [path]}; {@code start} is where the header begins. */
    TableBuilder open(List<Key> path, Position start) throws TomlSyntaxException {
        TableBuilder parent = parentOfHeader(path);
        Key last = path.getLast();
        Member member = parent.members.get(last.name());
        if (member == null) {
            TableBuilder table = new TableBuilder(start, Origin.HEADER);
            parent.members.put(last.name(), new Member(last.position(), new SubTable(table)));
            return table;
        }
        if (member.slot() instanceof SubTable sub && sub.table().origin == Origin.IMPLICIT) {
            sub.table().origin = Origin.HEADER;
            sub.table().position = start;
            parent.members.put(last.name(), new Member(last.position(), member.slot()));
            return sub.table();
        }
        throw conflict(path, path.size(), member, "a table");
    }

    /** A new table at the end of {@code [[path]]}. */
    TableBuilder append(List<Key> path, Position start) throws TomlSyntaxException {
        TableBuilder parent = parentOfHeader(path);
        Key last = path.getLast();
        TableBuilder table = new TableBuilder(start, Origin.HEADER);
        Member member = parent.members.get(last.name());
        if (member == null) {
            List<TableBuilder> tables = new ArrayList<>();
            tables.add(table);
            parent.members.put(last.name(), new Member(last.position(), new Tables(tables)));
        } else if (member.slot() instanceof Tables array) {
            array.tables().add(table);
        } else {
            throw conflict(path, path.size(), member, "an array of tables");
        }
        return table;
    }

    private TableBuilder parentOfHeader(List<Key> path) throws TomlSyntaxException {
        TableBuilder table = this;
        for (int i = 0; i < path.size() - 1; i++) {
            Key key = path.get(i);
            Member member = table.members.get(key.name());
            if (member == null) {
                table = table.add(key, Origin.IMPLICIT);
            } else if (member.slot() instanceof SubTable sub) {
                table = sub.table();
            } else if (member.slot() instanceof Tables array) {
                table = array.tables().getLast();
            } else {
                throw conflict(path, i + 1, member, "a table");
            }
        }
        return table;
    }

    /** {@code path = value} in this table. */
    void put(List<Key> path, TomlValue value) throws TomlSyntaxException {
        TableBuilder table = this;
        for (int i = 0; i < path.size() - 1; i++) {
            Key key = path.get(i);
            Member member = table.members.get(key.name());
            if (member == null) {
                table = table.add(key, Origin.DOTTED);
            } else if (member.slot() instanceof SubTable sub
                    && sub.table().origin != Origin.HEADER) {
                table = sub.table();
                table.origin = Origin.DOTTED;
            } else {
                throw conflict(path, i + 1, member, "a table of dotted keys");
            }
        }
        Key last = path.getLast();
        Member member = table.members.get(last.name());
        if (member != null) {
            throw conflict(path, path.size(), member, value.typeName());
        }
        table.members.put(last.name(), new Member(last.position(), new Value(value)));
    }

    private TableBuilder add(Key key, Origin how) {
        TableBuilder table = new TableBuilder(key.position(), how);
        members.put(key.name(), new Member(key.position(), new SubTable(table)));
        return table;
    }

    private static TomlSyntaxException conflict(
            List<Key> path, int count, Member member, String wanted) {
        String is = describe(member.slot());
        String name = Key.write(path, count);
        String message =
                (name.startsWith("\"") ? name : "\"" + name + "\"")
                        + " is already defined on line "
                        + member.keyPosition().line();
        if (!is.equals(wanted)) {
            message += " as " + is;
        }
        return new TomlSyntaxException(path.get(count - 1).position(), message);
    }

    private static String describe(Slot slot) {
        return switch (slot) {
            case Tables tables -> "an array of tables";
            case SubTable sub ->
                    sub.table().origin == Origin.DOTTED ? "a table of dotted keys" : "a table";
            case Value closed ->
                    closed.value() instanceof TomlValue.Table
                            ? "an inline table, which is complete"
                            : closed.value().typeName();
        };
    }

    /** What has been collected. Uses this builder up. */
    TomlValue.Table build() {
        Map<String, TomlValue.Entry> entries = LinkedHashMap.newLinkedHashMap(members.size());
        for (Map.Entry<String, Member> member : members.entrySet()) {
            Member found = member.getValue();
            entries.put(member.getKey(), new TomlValue.Entry(found.keyPosition(), build(found)));
        }
        members.clear();
        return new TomlValue.Table(entries, position);
    }

    private static TomlValue build(Member member) {
        if (member.slot() instanceof Value closed) {
            return closed.value();
        }
        if (member.slot() instanceof SubTable sub) {
            return sub.table().build();
        }
        List<TomlValue> items = new ArrayList<>();
        for (TableBuilder table : ((Tables) member.slot()).tables()) {
            items.add(table.build());
        }
        return new TomlValue.Array(items, items.getFirst().position());
    }
}
