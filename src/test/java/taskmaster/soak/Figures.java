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
                + row.formatted("RSS, KiB", start.residentKib, end.residentKib, peak.residentKib);
    }
}
