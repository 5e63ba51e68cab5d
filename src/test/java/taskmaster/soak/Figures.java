package taskmaster.soak;

import java.io.File;
import java.io.IOException;
import java.util.List;
import taskmaster.testing.Procfs;

/** What the daemon holds of the machine. */
record Figures(long descriptors, long threads, long residentKib) {

    static Figures of(long pid) throws IOException {
        return new Figures(
                entries(pid, "fd"),
                entries(pid, "task"),
                Long.parseLong(Procfs.status(pid, "VmRSS").split(" ", -1)[0]));
    }

    private static long entries(long pid, String directory) throws IOException {
        String[] names = new File("/proc/" + pid + "/" + directory).list();
        if (names == null) {
            throw new IOException("no process " + pid);
        }
        return names.length;
    }

    /**
     * The heap grows until the next full collection, by half of what is resident or more, so a
     * single figure says when it was taken and little else. What would grow with a leak is the
     * least: here that of the first third.
     */
    static long floorAtStart(List<Figures> samples) {
        return floor(samples.subList(0, (samples.size() + 2) / 3));
    }

    /** That of the last third. */
    static long floorAtEnd(List<Figures> samples) {
        return floor(samples.subList(samples.size() - (samples.size() + 2) / 3, samples.size()));
    }

    private static long floor(List<Figures> samples) {
        return samples.stream().mapToLong(Figures::residentKib).min().orElseThrow();
    }

    /** {@code start} and {@code end}: at rest. */
    static String table(Figures start, Figures end, List<Figures> samples) {
        Figures peak = start;
        for (Figures sample : samples) {
            peak =
                    new Figures(
                            Math.max(peak.descriptors, sample.descriptors),
                            Math.max(peak.threads, sample.threads),
                            Math.max(peak.residentKib, sample.residentKib));
        }
        String row = "%-16s %10d %10d %10d%n";
        return "%-16s %10s %10s %10s%n".formatted("", "start", "end", "peak")
                + row.formatted("descriptors", start.descriptors, end.descriptors, peak.descriptors)
                + row.formatted("threads", start.threads, end.threads, peak.threads)
                + row.formatted("RSS, KiB", start.residentKib, end.residentKib, peak.residentKib)
                + "%-16s %10d %10d%n"
                        .formatted("RSS at least", floorAtStart(samples), floorAtEnd(samples));
    }
}
