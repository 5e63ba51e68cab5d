package taskmaster.soak;

import java.io.File;
import java.io.IOException;
import java.util.List;
import taskmaster.testing.Procfs;

/** What the daemon holds of the machine. */
record Figures(long descriptors, long threads, long residentKib) {

    static Figures of(long pid) throws IOException {
        String[] threads = new File("/proc/" + pid + "/task").list();
        if (threads == null) {
            throw new IOException("no process " + pid);
        }
        return new Figures(
                descriptors(pid).size(),
                threads.length,
                Long.parseLong(Procfs.status(pid, "VmRSS").split(" ", -1)[0]));
    }

    /** But for logs of programs: how many are open depends on which can be written just now. */
    static List<String> descriptors(long pid) throws IOException {
        return Procfs.descriptors(pid).stream()
                .filter(one -> !one.contains("/logs/") && !one.contains("/full/"))
                .toList();
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
