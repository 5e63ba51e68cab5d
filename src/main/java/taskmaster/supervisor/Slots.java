package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskmaster.config.ProcessName;
import taskmaster.config.ProcessSpec;
import taskmaster.protocol.Target;

/**
 * All configured processes, and how they are named in requests. Owned by the supervisor's thread.
 */
final class Slots {

    private final Map<String, Slot> byName = new HashMap<>();
    private List<Slot> inOrder = List.of();

    /** Those of a request that exist, and the names that name nothing. */
    record Found(List<Slot> slots, List<String> unknown) {

        /** Names were given, and none of them means anything. */
        boolean isNothing() {
            return slots.isEmpty() && !unknown.isEmpty();
        }
    }

    /** Returns the new ones. */
    List<Slot> addAll(Collection<ProcessSpec> specs) {
        var added = new ArrayList<Slot>(specs.size());
        for (ProcessSpec spec : specs) {
            var slot = new Slot(spec);
            byName.put(spec.name().toString(), slot);
            added.add(slot);
        }
        sort();
        number();
        return added;
    }

    /**
     * As bash numbers its jobs: one more than the highest that is in use. So a number that was just
     * given up is rarely another's soon, and nobody's ever changes.
     */
    private void number() {
        int highest = 0;
        for (Slot slot : inOrder) {
            highest = Math.max(highest, slot.job);
        }
        for (Slot slot : inOrder) {
            if (slot.job == 0) {
                slot.job = ++highest;
            }
        }
    }

    void remove(Slot slot) {
        byName.remove(slot.name().toString());
        var rest = new ArrayList<>(inOrder);
        rest.remove(slot);
        inOrder = rest;
    }

    private void sort() {
        var sorted = new ArrayList<>(byName.values());
        sorted.sort(Slots::byGroupAndNumber);
        inOrder = sorted;
    }

    private static int byGroupAndNumber(Slot a, Slot b) {
        int byGroup = a.name().group().compareTo(b.name().group());
        if (byGroup != 0) {
            return byGroup;
        }
        int byProgram = a.spec().program().compareTo(b.spec().program());
        return byProgram != 0 ? byProgram : Integer.compare(a.spec().number(), b.spec().number());
    }

    /** By group, then program and number. */
    List<Slot> all() {
        return inOrder;
    }

    Optional<Slot> get(ProcessName name) {
        return Optional.ofNullable(byName.get(name.toString()));
    }

    Found find(Target target) {
        return switch (target) {
            case Target.All all -> new Found(inOrder, List.of());
            case Target.Named named -> findNamed(named);
        };
    }

    private Found findNamed(Target.Named named) {
        Set<Slot> found = new LinkedHashSet<>();
        List<String> unknown = new ArrayList<>();
        for (String name : named.names()) {
            // A full name is that one process, as supervisorctl has it, even where its group has
            // the same name.
            Slot exact = named.kind() == Target.Kind.ANY ? byName.get(name) : null;
            if (exact != null) {
                found.add(exact);
            } else if (!addMatching(name, named.kind(), found)) {
                unknown.add(name);
            }
        }
        return new Found(List.copyOf(found), unknown);
    }

    private boolean addMatching(String name, Target.Kind kind, Set<Slot> found) {
        boolean any = false;
        for (Slot slot : inOrder) {
            if (isNamed(slot.spec(), name, kind)) {
                found.add(slot);
                any = true;
            }
        }
        return any;
    }

    /** Whether a name of a request, which may have {@code *} in it, means this process. */
    static boolean isNamed(ProcessSpec spec, String pattern, Target.Kind kind) {
        ProcessName name = spec.name();
        String program = spec.program();
        int colon = pattern.indexOf(':');
        if (colon >= 0) {
            String first = pattern.substring(0, colon);
            String second = pattern.substring(colon + 1);
            boolean named =
                    matches(first, name.group())
                            || (kind != Target.Kind.GROUP && matches(first, program));
            return named && (second.isEmpty() || matches(second, name.process()));
        }
        return switch (kind) {
            case PROGRAM -> matches(pattern, program);
            case GROUP -> matches(pattern, name.group());
            case PROCESS -> matches(pattern, name.process());
            case ANY ->
                    matches(pattern, name.process())
                            || matches(pattern, program)
                            || matches(pattern, name.group());
        };
    }

    /** {@code *} stands for any characters, also none. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
