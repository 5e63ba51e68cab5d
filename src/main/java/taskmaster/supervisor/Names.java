package taskmaster.supervisor;

import taskmaster.protocol.Reply;
import taskmaster.protocol.Target;

/** Words for names that name nothing. */
final class Names {

    private Names() {}

    /** {@code no_such_process}, {@code no_such_group}, {@code no_such_program}. */
    static Result unknown(Target target, String name) {
        String what = what(target, name);
        return Result.error(
                Reply.NOT_FOUND,
                "no_such_" + what,
                "no " + what + " has the name \"" + name + "\"");
    }

    private static String what(Target target, String name) {
        Target.Kind kind = target instanceof Target.Named named ? named.kind() : Target.Kind.ANY;
        return switch (kind) {
            case PROGRAM -> "program";
            case GROUP -> "group";
            case PROCESS -> "process";
            case ANY -> name.endsWith(":") || name.endsWith(":*") ? "group" : "process";
        };
    }
}
