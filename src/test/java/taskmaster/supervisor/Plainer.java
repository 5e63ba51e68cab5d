package taskmaster.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import taskmaster.config.Policy;
import taskmaster.protocol.Request;
import taskmaster.protocol.Target;

/** Plainer forms of what a world is made of, for {@link Shrinker}. */
final class Plainer {

    private static final Policy USUAL = Program.DEFAULTS;

    /** Each makes one thing of a program plain; empty where it makes no sense. */
    static final List<Function<Program, Optional<Program>>> PROGRAM =
            List.of(
                    p -> Optional.of(p.withLives(List.of(Life.GOOD))),
                    p -> lives(p, 1),
                    p -> lives(p, p.lives().size() - 1),
                    p -> Optional.of(p.withNumprocs(1)),
                    p -> Optional.of(p.withPriority(999)),
                    p -> Optional.of(p.with(USUAL)),
                    p -> policy(p, 0),
                    p -> policy(p, 1),
                    p -> policy(p, 2),
                    p -> policy(p, 3),
                    p -> policy(p, 4),
                    p -> policy(p, 5),
                    p -> policy(p, 6),
                    p -> policy(p, 7),
                    p -> life(p, 0, 0),
                    p -> life(p, 0, 1),
                    p -> life(p, 0, 2),
                    p -> life(p, 0, 3),
                    p -> life(p, 0, 4),
                    p -> life(p, 0, 5),
                    p -> life(p, 1, 0),
                    p -> life(p, 1, 1),
                    p -> life(p, 1, 2),
                    p -> life(p, 1, 3),
                    p -> life(p, 1, 4),
                    p -> life(p, 1, 5));

    private Plainer() {}

    private static Optional<Program> lives(Program program, int count) {
        return count < 1 || count > program.lives().size()
                ? Optional.empty()
                : Optional.of(program.withLives(program.lives().subList(0, count)));
    }

    /** One key as it is where it is not written. */
    private static Optional<Program> policy(Program program, int key) {
        Policy p = program.policy();
        return Optional.of(
                program.with(
                        new Policy(
                                key == 0 ? USUAL.autostart() : p.autostart(),
                                key == 1 ? USUAL.startTime() : p.startTime(),
                                key == 2 ? USUAL.startRetries() : p.startRetries(),
                                key == 3 ? USUAL.autorestart() : p.autorestart(),
                                key == 4 ? USUAL.exitCodes() : p.exitCodes(),
                                key == 5 ? USUAL.stopSignal() : p.stopSignal(),
                                key == 6 ? USUAL.stopTime() : p.stopTime(),
                                key == 7 ? USUAL.stopAsGroup() : p.stopAsGroup(),
                                key == 7 ? USUAL.killAsGroup() : p.killAsGroup())));
    }

    /** One of its ways as a good process has it. */
    private static Optional<Program> life(Program program, int index, int way) {
        if (index >= program.lives().size()) {
            return Optional.empty();
        }
        Life life = program.lives().get(index);
        Life good = Life.GOOD;
        var lives = new ArrayList<>(program.lives());
        lives.set(
                index,
                new Life(
                        way == 0 ? good.exec() : life.exec(),
                        way == 1 ? good.lasts() : life.lasts(),
                        way == 1 || way == 2 ? good.ending() : life.ending(),
                        way == 3 ? good.manner() : life.manner(),
                        way == 4 ? 0 : life.members(),
                        way != 5 && life.stopped(),
                        way == 5 ? 0 : life.unkillable()));
        return Optional.of(program.withLives(lives));
    }

    /** From the plainest on. */
    static List<Step> step(Step step) {
        return switch (step) {
            case Step.Ask(int client, Request request) -> {
                var plainer = new ArrayList<Step>();
                for (Request one : request(request)) {
                    plainer.add(new Step.Ask(client, one));
                }
                yield plainer;
            }
            case Step.FileHolds(Optional<List<Program>> programs) -> files(programs);
            case Step.CloneFails(var errno, int times) when times > 1 ->
                    List.of(new Step.CloneFails(errno, 1), new Step.CloneFails(errno, times - 1));
            case Step.SignalFails(var errno, int times) when times > 1 ->
                    List.of(new Step.SignalFails(errno, 1), new Step.SignalFails(errno, times - 1));
            case Step.Ends(String process, var status) ->
                    List.of(new Step.Ends(process, Life.EXIT_0));
            case Step.Pause(long nanos) -> List.of(new Step.Pause(Seconds.SECOND));
            default -> List.of();
        };
    }

    private static List<Request> request(Request request) {
        Request.Waiting forever = Request.Waiting.FOREVER;
        return switch (request) {
            case Request.Start(Target target, var w) -> {
                var plainer = new ArrayList<Request>();
                plainer.add(new Request.Start(target, forever));
                for (Target fewer : targets(target)) {
                    plainer.add(new Request.Start(fewer, w));
                }
                yield plainer;
            }
            case Request.Stop(Target target, var w) -> {
                var plainer = new ArrayList<Request>();
                plainer.add(new Request.Stop(target, forever));
                for (Target fewer : targets(target)) {
                    plainer.add(new Request.Stop(fewer, w));
                }
                yield plainer;
            }
            case Request.Restart(Target target, var w) -> {
                var plainer = new ArrayList<Request>();
                plainer.add(new Request.Stop(target, w));
                plainer.add(new Request.Restart(target, forever));
                for (Target fewer : targets(target)) {
                    plainer.add(new Request.Restart(fewer, w));
                }
                yield plainer;
            }
            case Request.Reload(var part, boolean dry, var w) ->
                    List.of(
                            new Request.Reload(new Request.Part.Everything(), dry, w),
                            new Request.Reload(part, dry, forever));
            default -> List.of();
        };
    }

    private static List<Target> targets(Target target) {
        var fewer = new ArrayList<Target>();
        if (target instanceof Target.Named(var kind, List<String> names) && names.size() > 1) {
            for (String name : names) {
                fewer.add(new Target.Named(kind, List.of(name)));
            }
        }
        return fewer;
    }

    private static List<Step> files(Optional<List<Program>> programs) {
        if (programs.isEmpty()) {
            return List.of();
        }
        var plainer = new ArrayList<Step>();
        for (int i = 0; i < programs.get().size(); i++) {
            var fewer = new ArrayList<>(programs.get());
            Program program = fewer.remove(i);
            plainer.add(new Step.FileHolds(Optional.of(fewer)));
            for (Function<Program, Optional<Program>> change : PROGRAM) {
                Optional<Program> plain = change.apply(program);
                if (plain.isPresent()) {
                    var changed = new ArrayList<>(programs.get());
                    changed.set(i, plain.get());
                    plainer.add(new Step.FileHolds(Optional.of(changed)));
                }
            }
        }
        return plainer;
    }
}
