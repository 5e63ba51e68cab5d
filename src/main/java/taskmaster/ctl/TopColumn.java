package taskmaster.ctl;

/** The columns of {@code top}, in the order in which they stand. Numbers stand on the right. */
enum TopColumn {
    NAME("NAME", 8, 0),
    STATE("STATE", 8, 1),
    PID("PID", 7, 5),
    UPTIME("UPTIME", 8, 4),
    CPU("%CPU", 6, 2),
    MEMORY("MEM", 6, 3),
    PROCESSES("PROC", 4, 10),
    THREADS("THR", 4, 9),
    DESCRIPTORS("FD", 5, 8),
    RESTARTS("RST", 4, 6),
    LAST("LAST EXIT", 9, 7);

    private static final String NONE = "-";

    private final String heading;
    private final int width;
    private final int rank;

    TopColumn(String heading, int width, int rank) {
        this.heading = heading;
        this.width = width;
        this.rank = rank;
    }

    String heading() {
        return heading;
    }

    /** At least; {@link #NAME} and {@link #LAST} take what is left. */
    int width() {
        return width;
    }

    /** The highest goes first when there is no room. */
    int rank() {
        return rank;
    }

    boolean standsRight() {
        return this != NAME && this != STATE && this != LAST;
    }

    String cell(TopSample.Row row) {
        return switch (this) {
            case NAME -> row.name();
            case STATE -> row.shownState();
            case PID -> number(row.pid());
            case UPTIME -> row.uptime() < 0 ? NONE : uptime(row.uptime());
            case CPU -> row.cpu() < 0 ? NONE : percent(row.cpu());
            case MEMORY -> row.memory() < 0 ? NONE : bytes(row.memory());
            case PROCESSES -> number(row.processes());
            case THREADS -> number(row.threads());
            case DESCRIPTORS -> number(row.descriptors());
            case RESTARTS -> number(row.restarts());
            case LAST -> row.last().isEmpty() ? NONE : row.last();
        };
    }

    private static String number(long value) {
        return value < 0 ? NONE : Long.toString(value);
    }

    /** {@code 4:05}, {@code 3:04:05}, {@code 12d03h}. */
    static String uptime(long seconds) {
        StringBuilder text = new StringBuilder(9);
        if (seconds >= 86_400) {
            text.append(seconds / 86_400).append('d');
            Text.twoDigits(text, seconds / 3600 % 24);
            return text.append('h').toString();
        }
        if (seconds >= 3600) {
            text.append(seconds / 3600).append(':');
            Text.twoDigits(text, seconds / 60 % 60);
        } else {
            text.append(seconds / 60);
        }
        text.append(':');
        Text.twoDigits(text, seconds % 60);
        return text.toString();
    }

    /** {@code tenths} of a percent. */
    static String percent(long tenths) {
        return tenths / 10 + "." + tenths % 10;
    }

    /** {@code 812}, {@code 45.1M}, {@code 1023M}: with at most one decimal and four digits. */
    static String bytes(long bytes) {
        String units = "BKMGTPE";
        int unit = 0;
        long tenths = bytes > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : bytes * 10;
        while (tenths >= 10_240) {
            tenths /= 1024;
            unit++;
        }
        String value = tenths < 1000 && unit > 0 ? percent(tenths) : Long.toString(tenths / 10);
        return unit == 0 ? value : value + units.charAt(unit);
    }
}
