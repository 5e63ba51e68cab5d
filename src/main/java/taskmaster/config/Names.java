package taskmaster.config;

/** What programs and groups may be called. */
final class Names {

    private Names() {}

    /** What is wrong with a name, or nothing: names are typed, globbed and put into file names. */
    static String fault(String name) {
        if (name.isEmpty()) {
            return "a name may not be empty";
        }
        if (name.equals("all")) {
            return "\"all\" means every program: choose another name";
        }
        if (name.startsWith("-")) {
            return "a name may not begin with -, as options do";
        }
        if (name.startsWith("%")) {
            return "a name may not begin with %, as jobs do";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == ':' || c == '/' || c == '*') {
                return "a name may not hold " + c;
            }
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                return "a name may not hold a space";
            }
            if (Character.isISOControl(c)) {
                return "a name may not hold a control character";
            }
        }
        return "";
    }
}
