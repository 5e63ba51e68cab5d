package taskmaster.ctl;

/**
 * Times as supervisorctl prints them: {@code Nov 22 01:35 PM} in the user's time zone.
 *
 * <p>Without java.time and its formatter: the first use of them takes 30 ms, half of what the whole
 * command does.
 */
final class LocalTime {

    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final long SECONDS_A_DAY = 86_400;

    private LocalTime() {}

    /**
     * {@code since} is {@code 2026-11-22T13:31:08.123Z}; what does not look so is returned as it
     * is.
     */
    static String of(String since, TimeZoneOffset zone) {
        if (since.length() < 20 || since.charAt(10) != 'T' || !since.endsWith("Z")) {
            return since;
        }
        try {
            long day =
                    dayOf(
                            Integer.parseInt(since.substring(0, 4)),
                            Integer.parseInt(since.substring(5, 7)),
                            Integer.parseInt(since.substring(8, 10)));
            long second =
                    Integer.parseInt(since.substring(11, 13)) * 3600L
                            + Integer.parseInt(since.substring(14, 16)) * 60L
                            + Integer.parseInt(since.substring(17, 19));
            long utc = day * SECONDS_A_DAY + second;
            return format(utc + zone.secondsAt(utc));
        } catch (NumberFormatException e) {
            return since;
        }
    }

    private static String format(long local) {
        long second = Math.floorMod(local, SECONDS_A_DAY);
        long hour = second / 3600;
        StringBuilder text = new StringBuilder(16);
        appendMonthAndDay(text, Math.floorDiv(local, SECONDS_A_DAY));
        text.append(' ');
        Text.twoDigits(text, hour % 12 == 0 ? 12 : hour % 12);
        text.append(':');
        Text.twoDigits(text, second / 60 % 60);
        return text.append(hour < 12 ? " AM" : " PM").toString();
    }

    /** Days since 1970-01-01 of a date of the Gregorian calendar, year 1 or later. */
    private static long dayOf(int year, int month, int dayOfMonth) {
        // Years that begin in March, so that the leap day is the last of its year.
        long y = month <= 2 ? year - 1 : year;
        long m = month <= 2 ? month + 9 : month - 3;
        return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + dayOfMonth - 719_469;
    }

    private static void appendMonthAndDay(StringBuilder text, long day) {
        long guess = (day + 719_468) * 400 / 146_097;
        int year = (int) guess;
        while (dayOf(year + 1, 1, 1) <= day) {
            year++;
        }
        while (dayOf(year, 1, 1) > day) {
            year--;
        }
        int month = 12;
        while (dayOf(year, month, 1) > day) {
            month--;
        }
        text.append(MONTHS, month * 3 - 3, month * 3).append(' ');
        Text.twoDigits(text, day - dayOf(year, month, 1) + 1);
    }
}
