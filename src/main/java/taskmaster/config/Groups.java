package taskmaster.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import taskmaster.toml.TomlValue;

/** Reads {@code [groups.G]}: which program is in which group. */
final class Groups {

    static final List<String> KEYS = List.of("programs", "priority");
    static final int DEFAULT_PRIORITY = 999;

    record Group(String name, int priority) {}

    private final Map<String, Group> byProgram = new HashMap<>();
    private final Map<String, Section> sections;
    private final Map<String, Section> programs;

    /** Both by name, in order of reading. */
    Groups(Map<String, Section> sections, Map<String, Section> programs) {
        this.sections = sections;
        this.programs = programs;
        for (Map.Entry<String, Section> entry : sections.entrySet()) {
            read(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, Section> entry : sections.entrySet()) {
            String name = entry.getKey();
            Group group = byProgram.get(name);
            boolean inside = group != null && group.name().equals(name);
            if (programs.containsKey(name) && !inside) {
                entry.getValue()
                        .problem(
                                "there is a program of this name outside of the group:"
                                        + " choose another name, or put it in");
            }
        }
    }

    private void read(String name, Section section) {
        section.refuseOthers(KEYS);
        int priority =
                section.integer("priority", DEFAULT_PRIORITY, Integer.MIN_VALUE, Integer.MAX_VALUE);
        Group group = new Group(name, priority);
        List<TomlValue.Text> members = section.texts("programs");
        if (!section.has("programs")) {
            section.absence(
                    section.position(), "programs", "is missing: write programs = [\"NAME\"]");
        } else if (members.isEmpty()
                && section.value("programs").get() instanceof TomlValue.Array) {
            section.problem("programs", "may not be empty: write programs = [\"NAME\"]");
        }
        for (TomlValue.Text member : members) {
            String program = member.value();
            Group other = byProgram.get(program);
            if (!programs.containsKey(program)) {
                String hint =
                        section.problemsAreFull()
                                ? ""
                                : Hints.didYouMean(program, new ArrayList<>(programs.keySet()));
                String message = "there is no program " + Hints.quote(program) + hint;
                section.absence(member.position(), "programs", message);
            } else if (other != null) {
                String where = other.name().equals(name) ? "here" : "in group " + other.name();
                String message = Hints.quote(program) + " is already " + where;
                section.problemAt(member.position(), "programs", message);
            } else {
                byProgram.put(program, group);
            }
        }
    }

    /** The group of a program; itself where it is in none. */
    String groupOf(String program) {
        Group group = byProgram.get(program);
        return group == null ? program : group.name();
    }

    /** What its processes are sorted by first; {@code priority} is the program's. */
    int priorityOf(String program, int priority) {
        Group group = byProgram.get(program);
        return group == null ? priority : group.priority();
    }

    /**
     * A process of a program that has several must not have the name of another program or of a
     * group it is not in: names on the command line would mean two things.
     */
    void checkProcess(Section section, String program, String process) {
        if (process.equals(program)) {
            return;
        }
        if (programs.containsKey(process)) {
            section.problem(
                    "its process " + Hints.quote(process) + " has the name of another program");
        } else if (sections.containsKey(process) && !groupOf(program).equals(process)) {
            section.problem(
                    "its process " + Hints.quote(process) + " has the name of another group");
        }
    }
}
