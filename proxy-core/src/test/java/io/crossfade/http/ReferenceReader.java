package io.crossfade.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A second reader of requests and answers, slow and literal: the grammar of RFC 9112 as regular expressions over the whole
 * text, plus the edge's rules, with no code of the scanners and the framer. Empty means refused or not complete.
 */
final class ReferenceReader {
    record Request(String method, String target, int version, String authority, Head head, String framing, Body body) {

        /** Whether no part is larger or more numerous than allowed. Lines count without their CRLF, sections with them. */
        boolean isWithin(HttpLimits limits) {
            int cookies = head.fieldLines().stream()
                    .filter(Request::isCookie)
                    .mapToInt(String::length)
                    .sum();
            return head.lines().get(0).length() <= limits.requestLine()
                    && head.isWithin(limits.head(), limits.fields())
                    && head.fieldLines().stream().allMatch(line -> isCookie(line) || line.length() <= limits.field())
                    && cookies <= limits.cookie()
                    && body.isWithin(limits);
        }

        private static boolean isCookie(String line) {
            return line.toLowerCase(Locale.ROOT).startsWith("cookie:");
        }
    }

    /** @param keepAlive whether the upstream keeps its connection after this answer */
    record Response(int status, String reason, int version, boolean keepAlive, Head head, String framing, Body body) {

        boolean isWithin(HttpLimits limits) {
            return head.isWithin(limits.responseHead(), 1000) && body.isWithin(limits);
        }
    }

    /**
     * @param lines the start line and every field line as they came
     * @param end where the body begins
     */
    record Head(List<String> lines, List<String> names, List<String> values, int end) {
        static Optional<Head> read(String text, int start) {
            int end = text.indexOf("\r\n\r\n", start);
            if (end < 0) {
                return Optional.empty();
            }
            List<String> lines = List.of(text.substring(start, end).split("\r\n", -1));
            List<String> names = new ArrayList<>();
            List<String> values = new ArrayList<>();
            for (String line : lines.subList(1, lines.size())) {
                Matcher field = FIELD.matcher(line);
                if (!field.matches()) {
                    return Optional.empty();
                }
                names.add(field.group(1));
                values.add(field.group(2));
            }
            return Optional.of(new Head(lines, names, values, end + 4));
        }

        List<String> fieldLines() {
            return lines.subList(1, lines.size());
        }

        /** Name and value of every field line, in order. */
        List<String> fields() {
            return IntStream.range(0, names.size())
                    .mapToObj(i -> names.get(i) + ": " + values.get(i))
                    .toList();
        }

        /** The values of all fields of this name. */
        List<String> all(String name) {
            return IntStream.range(0, names.size())
                    .filter(i -> names.get(i).equalsIgnoreCase(name))
                    .mapToObj(values::get)
                    .toList();
        }

        /** The elements of a list that may be spread over several fields, in lower case; some may be empty. */
        List<String> listed(String name) {
            return all(name).stream()
                    .flatMap(value -> Stream.of(value.split(",")))
                    .map(option -> option.strip().toLowerCase(Locale.ROOT))
                    .toList();
        }

        boolean isWithin(int section, int fields) {
            int options = all("connection").stream().mapToInt(Head::options).sum();
            return size(lines) <= section && names.size() <= fields && options <= fields;
        }

        /** Empty options count, but for one behind the last comma. */
        private static int options(String value) {
            int commas = (int) value.chars().filter(c -> c == ',').count();
            return value.isEmpty() ? 0 : commas + (value.endsWith(",") ? 0 : 1);
        }
    }

    /**
     * @param chunkLines every line with the size of a chunk
     * @param trailersStart where the trailers begin, and if there are none the last empty line; without chunks the end
     */
    record Body(int start, String content, List<String> chunkLines, int trailersStart, List<String> trailers, int end) {

        private static Body plain(String text, int start, int end) {
            return new Body(start, text.substring(start, end), List.of(), end, List.of(), end);
        }

        private boolean isWithin(HttpLimits limits) {
            int extensions = chunkLines.stream()
                    .mapToInt(line -> line.replaceFirst("^[0-9A-Fa-f]+", "").length())
                    .sum();
            return chunkLines.stream()
                            .allMatch(line -> line.matches("[0-9A-Fa-f]+") || line.length() <= limits.chunkLine())
                    && extensions <= limits.chunkExtensions()
                    && trailers.size() <= limits.trailerFields()
                    && size(trailers) <= limits.trailers();
        }
    }

    private static final String CHUNKED = "CHUNKED 0";
    private static final String REFUSED = "refused";

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final Pattern START = Pattern.compile("(" + TOKEN + ") ([!-~&&[^\"<>#]]+) HTTP/1\\.([01])");
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9]{2})(?: ([\t -~\\x80-\\xff]*))?");
    private static final Pattern FIELD = Pattern.compile(
            "(" + TOKEN + "):[ \t]*((?:[!-~\\x80-\\xff](?:[ \t!-~\\x80-\\xff]*" + "[!-~\\x80-\\xff])?)?)[ \t]*");
    private static final Pattern REG_NAME = Pattern.compile(
            "(?!$)[A-Za-z0-9\\-._~!$&'()*+;=]*(?:%[2-9a-fA-F][0-9a-fA-F][A-Za-z0-9\\-._~!$&'()*+;=]*)*");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(?::([0-9]{1,5}))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]+)(/[^?]*)?(\\?.*)?");
    private static final Pattern CHUNK_LINE =
            Pattern.compile("([0-9A-Fa-f]{1,16})((?:[ \t]*;[\t -~\\x80-\\xff]*)?)\r\n");

    static Optional<Request> read(String text) {
        Optional<Head> read = Head.read(text, text.startsWith("\r\n") ? 2 : 0);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Head head = read.get();
        Matcher line = START.matcher(head.lines().get(0));
        if (!line.matches() || line.group(1).equals("TRACE") || line.group(1).equals("CONNECT")) {
            return Optional.empty();
        }
        List<String> hosts = head.all("host");
        if (hosts.size() != 1 || !isAuthority(hosts.get(0))) {
            return Optional.empty();
        }
        String authority = hosts.get(0);
        String target = line.group(2);
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            authority = absolute.group(1);
            String query = absolute.group(3) == null ? "" : absolute.group(3);
            String path = absolute.group(2) != null
                    ? absolute.group(2)
                    : line.group(1).equals("OPTIONS") && query.isEmpty() ? "*" : "/";
            target = path + query;
            if (!isAuthority(authority)) {
                return Optional.empty();
            }
        } else if (!target.startsWith("/")
                && !(target.equals("*") && line.group(1).equals("OPTIONS"))) {
            return Optional.empty();
        }
        if (!target.equals("*") && isDangerous(target.split("\\?", 2)[0])) {
            return Optional.empty();
        }
        if (head.all("expect").stream().anyMatch(value -> !value.equalsIgnoreCase("100-continue"))) {
            return Optional.empty();
        }
        int version = line.group(3).equals("1") ? 11 : 10;
        String framing = framing(head, version, "NONE 0");
        String host = authority;
        String sent = target;
        return body(text, head.end(), framing)
                .map(body -> new Request(line.group(1), sent, version, host, head, framing, body));
    }

    /**
     * RFC 9112 section 6.3, without its repairs. An answer that lasts until the connection is closed ends with the text.
     *
     * @param answersHead whether the request was a HEAD
     */
    static Optional<Response> readResponse(String text, boolean answersHead) {
        Optional<Head> read = Head.read(text, 0);
        if (read.isEmpty()) {
            return Optional.empty();
        }
        Head head = read.get();
        Matcher line = STATUS.matcher(head.lines().get(0));
        if (!line.matches() || line.group(2).equals("101")) {
            return Optional.empty();
        }
        int version = line.group(1).equals("1") ? 11 : 10;
        int status = Integer.parseInt(line.group(2));
        String declared = framing(head, version, "UNTIL_CLOSE 0");
        boolean never = status < 200 || status == 204;
        if (declared.equals(REFUSED) || (never && declared.equals(CHUNKED))) {
            return Optional.empty();
        }
        String framing = never || answersHead || status == 304 ? "NONE 0" : declared;
        List<String> options = head.listed("connection");
        boolean announcesNothing =
                declared.matches("LENGTH 0+") || (!answersHead && declared.startsWith("UNTIL_CLOSE"));
        boolean keepAlive = !framing.startsWith("UNTIL_CLOSE")
                && (status < 200 || !framing.startsWith("NONE") || announcesNothing)
                && !options.contains("close")
                && (version == 11 || options.contains("keep-alive"));
        String reason = line.group(3) == null ? "" : line.group(3);
        return body(text, head.end(), framing)
                .map(body -> new Response(status, reason, version, keepAlive, head, framing, body));
    }

    /** What delimits the body, and its length where that is told. */
    private static String framing(Head head, int version, String absent) {
        List<String> lengths = head.all("content-length");
        List<String> encodings = head.all("transfer-encoding");
        if (!encodings.isEmpty()) {
            boolean chunked = lengths.isEmpty()
                    && version == 11
                    && encodings.size() == 1
                    && encodings.get(0).equalsIgnoreCase("chunked");
            return chunked ? CHUNKED : REFUSED;
        }
        if (lengths.isEmpty()) {
            return absent;
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]+")) {
            return REFUSED;
        }
        try {
            return "LENGTH " + Long.parseLong(lengths.get(0));
        } catch (NumberFormatException tooLarge) {
            return REFUSED;
        }
    }

    private static Optional<Body> body(String text, int start, String framing) {
        if (framing.equals(CHUNKED)) {
            return chunked(text, start);
        }
        if (framing.equals(REFUSED)) {
            return Optional.empty();
        }
        long length = framing.startsWith("UNTIL_CLOSE")
                ? text.length() - start
                : Long.parseLong(framing.substring(framing.indexOf(' ') + 1));
        return length > text.length() - start
                ? Optional.empty()
                : Optional.of(Body.plain(text, start, start + (int) length));
    }

    private static Optional<Body> chunked(String text, int start) {
        List<String> chunkLines = new ArrayList<>();
        List<String> trailers = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        int at = start;
        while (true) {
            Matcher line = CHUNK_LINE.matcher(text).region(at, text.length());
            if (!line.lookingAt()
                    || (line.group(1).length() == 16 && line.group(1).compareTo("8") >= 0)) {
                return Optional.empty();
            }
            chunkLines.add(line.group(1) + line.group(2));
            long size = Long.parseLong(line.group(1), 16);
            at = line.end();
            if (size == 0) {
                break;
            }
            if (size > text.length() - at || !text.startsWith("\r\n", at + (int) size)) {
                return Optional.empty();
            }
            content.append(text, at, at + (int) size);
            at += (int) size + 2;
        }
        int trailersStart = at;
        while (!text.startsWith("\r\n", at)) {
            int end = text.indexOf("\r\n", at);
            if (end < 0 || !FIELD.matcher(text.substring(at, end)).matches()) {
                return Optional.empty();
            }
            trailers.add(text.substring(at, end));
            at = end + 2;
        }
        return Optional.of(new Body(start, content.toString(), chunkLines, trailersStart, trailers, at + 2));
    }

    /** With the CRLF of each line. */
    private static int size(List<String> lines) {
        return lines.stream().mapToInt(line -> line.length() + 2).sum();
    }

    private static boolean isAuthority(String text) {
        Matcher matcher = AUTHORITY.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String host = matcher.group(1);
        boolean named = host.startsWith("[")
                ? io.netty.util.NetUtil.isValidIpV6Address(host.substring(1, host.length() - 1))
                : REG_NAME.matcher(host).matches() && !host.matches("(?i).*%20.*");
        int port = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        return named && port >= 1 && port <= 65535;
    }

    /** Walks the segments twice, once with %2f as a slash and once without. */
    private static boolean isDangerous(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        if (lower.contains("%00") || lower.contains("%5c") || lower.contains("\\")) {
            return true;
        }
        return escapes(lower) || escapes(lower.replace("%2f", "/"));
    }

    private static boolean escapes(String path) {
        int depth = 0;
        for (String segment : path.substring(1).split("/", -1)) {
            String decoded = segment.replace("%2e", ".");
            boolean dots = decoded.equals(".") || decoded.equals("..");
            if ((dots && !decoded.equals(segment)) || decoded.matches("\\.{1,2};.*")) {
                return true;
            }
            depth += dots ? 1 - decoded.length() : segment.isEmpty() ? 0 : 1;
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    private ReferenceReader() {}
}
