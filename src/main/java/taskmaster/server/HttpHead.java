package taskmaster.server;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Request line and headers of one HTTP/1 request (RFC 9112), as far as they matter here.
 *
 * <p>Strict where two readers of the same bytes could differ on where a request ends: no folded
 * lines, no blank before a colon, no bare CR, one Content-Length, and not together with
 * Transfer-Encoding. A bare LF ends a line (RFC 9112 section 2.2 allows it).
 */
final class HttpHead {

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final int NO_LENGTH = -1;

    private String method = "";
    private String path = "";
    private boolean http10;
    private int contentLength = NO_LENGTH;
    private boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean expectContinue;
    private String contentType = "";
    private int hosts;

    private HttpHead() {}

    /** Reads a whole head, with or without the empty line at its end. */
    static HttpHead parse(byte[] bytes) throws HttpProblem {
        var head = new HttpHead();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int start = 0;
        boolean first = true;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            boolean hasReturn = end > start && text.charAt(end - 1) == '\r';
            String line = text.substring(start, hasReturn ? end - 1 : end);
            if (first) {
                head.requestLine(line);
            } else if (!line.isEmpty()) {
                head.header(line);
            }
            first = false;
            start = end + 1;
        }
        head.check();
        return head;
    }

    /** Reads the first line alone, so that a wrong one is refused before there are others. */
    static void checkRequestLine(byte[] line) throws HttpProblem {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        boolean hasReturn = text.endsWith("\r");
        new HttpHead().requestLine(hasReturn ? text.substring(0, text.length() - 1) : text);
    }

    private void requestLine(String line) throws HttpProblem {
        int afterMethod = line.indexOf(' ');
        int afterTarget = line.lastIndexOf(' ');
        if (afterMethod <= 0 || afterTarget <= afterMethod + 1) {
            throw badRequestLine();
        }
        method = line.substring(0, afterMethod);
        String target = line.substring(afterMethod + 1, afterTarget);
        String version = line.substring(afterTarget + 1);
        if (!isToken(method) || !isTarget(target)) {
            throw badRequestLine();
        }
        boolean known = version.length() == 8 && version.startsWith("HTTP/1.");
        if (!known || version.charAt(7) < '0' || version.charAt(7) > '9') {
            if (version.startsWith("HTTP/") && version.length() <= 8) {
                throw new HttpProblem(505, "http_version", "only HTTP/1.0 and HTTP/1.1 are spoken");
            }
            throw badRequestLine();
        }
        http10 = version.charAt(7) == '0';
        path = originForm(target);
    }

    private static HttpProblem badRequestLine() {
        return HttpProblem.malformed(
                "the first line is not that of an HTTP request, nor is it a JSON object");
    }

    /** {@code http://host/path} is {@code /path} (RFC 9112 section 3.2.2: servers accept it). */
    private static String originForm(String target) {
        if (!target.regionMatches(true, 0, "http://", 0, 7)) {
            return target;
        }
        int slash = target.indexOf('/', 7);
        return slash < 0 ? "/" : target.substring(slash);
    }

    private static boolean isTarget(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            boolean digit = c >= '0' && c <= '9';
            if (!letter && !digit && TOKEN_MARKS.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private void header(String line) throws HttpProblem {
        int colon = line.indexOf(':');
        if (colon <= 0 || !isToken(line.substring(0, colon))) {
            throw HttpProblem.malformed("a header line is not \"name: value\"");
        }
        String value = line.substring(colon + 1).strip();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                throw HttpProblem.malformed("a header has a control character");
            }
        }
        switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "content-length" -> contentLength(value);
            case "transfer-encoding" -> transferEncoding(value);
            case "connection" -> connection(value);
            case "content-type" -> contentType = mediaType(value);
            case "expect" -> expect(value);
            case "host" -> hosts++;
            default -> {}
        }
    }

    private void contentLength(String value) throws HttpProblem {
        if (contentLength != NO_LENGTH) {
            throw HttpProblem.malformed("Content-Length is given twice");
        }
        if (value.isEmpty() || value.length() > 18) {
            throw HttpProblem.malformed("Content-Length is not a number of bytes");
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                throw HttpProblem.malformed("Content-Length is not a number of bytes");
            }
        }
        contentLength = (int) Math.min(Long.parseLong(value), Integer.MAX_VALUE);
    }

    private void transferEncoding(String value) throws HttpProblem {
        if (chunked) {
            throw HttpProblem.malformed("Transfer-Encoding is given twice");
        }
        if (!value.equalsIgnoreCase("chunked")) {
            String message = "of transfer encodings only chunked is understood";
            throw new HttpProblem(501, "transfer_encoding", message);
        }
        chunked = true;
    }

    private void connection(String value) {
        for (String option : value.split(",", -1)) {
            close |= option.strip().equalsIgnoreCase("close");
            keepAlive |= option.strip().equalsIgnoreCase("keep-alive");
        }
    }

    private void expect(String value) throws HttpProblem {
        if (!value.equalsIgnoreCase("100-continue")) {
            throw new HttpProblem(417, "expectation", "only 100-continue can be expected");
        }
        expectContinue = true;
    }

    /** Without parameters, in small letters. */
    private static String mediaType(String value) {
        int end = value.indexOf(';');
        return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    }

    private void check() throws HttpProblem {
        if (chunked && contentLength != NO_LENGTH) {
            throw HttpProblem.malformed("Content-Length and Transfer-Encoding exclude each other");
        }
        if (chunked && http10) {
            throw HttpProblem.malformed("HTTP/1.0 has no Transfer-Encoding");
        }
        if (hosts > 1 || (hosts == 0 && !http10)) {
            throw HttpProblem.malformed("an HTTP/1.1 request has one Host header");
        }
    }

    String method() {
        return method;
    }

    /** With its query; as sent, not decoded. */
    String path() {
        return path;
    }

    boolean isHttp10() {
        return http10;
    }

    /** Whether the client wants to send more requests on this connection. */
    boolean keepsAlive() {
        return !close && (!http10 || keepAlive);
    }

    /** Bytes of the body, capped at the largest int; 0 when not given. */
    int contentLength() {
        return Math.max(contentLength, 0);
    }

    boolean isChunked() {
        return chunked;
    }

    boolean hasLength() {
        return chunked || contentLength != NO_LENGTH;
    }

    boolean hasBody() {
        return chunked || contentLength > 0;
    }

    boolean expectsContinue() {
        return expectContinue && !http10;
    }

    /** As {@code application/json}; empty when not given. */
    String contentType() {
        return contentType;
    }
}
