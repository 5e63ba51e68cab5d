package taskmaster.supervisor;

import java.time.Duration;
import java.util.Optional;
import taskmaster.posix.ChildChange;
import taskmaster.posix.Signal;
import taskmaster.posix.SpawnFailure;
import taskmaster.posix.WaitStatus;

/** A simulated process; for a leader also what the supervisor sees of its start. */
final class VirtualProcess implements Kernel.Launched {

    enum Phase {
        ON_ITS_WAY,
        RUNS,
        ZOMBIE
    }

    private final VirtualKernel kernel;
    final int pid;
    final String name;
    final Life life;
    final boolean isLeader;
    final int group;
    Phase phase = Phase.ON_ITS_WAY;
    WaitStatus status = Life.EXIT_0;
    Optional<SpawnFailure> failure = Optional.empty();
    Optional<Signal> pending = Optional.empty();
    long startedAt;
    long arrivedAt;
    boolean isStopped;

    /** That it was stopped, or goes on, and nobody has taken that from the kernel. */
    Optional<ChildChange> news = Optional.empty();

    boolean isDying;
    boolean isAdopted;

    /** It was left to itself: nobody may signal it, and it need not end. */
    boolean isDisowned;

    /** A signal to it could not be sent. */
    boolean wasSpared;

    /** {@code leader}: the pid of its group's leader, which may be its own. */
    VirtualProcess(VirtualKernel kernel, int pid, String name, Life life, int leader) {
        this.kernel = kernel;
        this.pid = pid;
        this.name = name;
        this.life = life;
        this.isLeader = leader == pid;
        this.group = leader;
    }

    /** We are its parent, from the beginning or since its own has gone. */
    boolean isChild() {
        return isLeader || isAdopted;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public boolean isSettled() {
        return phase != Phase.ON_ITS_WAY;
    }

    @Override
    public void settle(Duration limit) {
        long arrival = startedAt + life.exec().after();
        if (phase == Phase.ON_ITS_WAY) {
            long now = kernel.now();
            kernel.advanceTo(Math.min(now + limit.toNanos(), Math.max(now, arrival)));
        }
    }

    @Override
    public Optional<SpawnFailure> failure() {
        return failure;
    }
}
