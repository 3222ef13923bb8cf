package io.crossfade.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reader of requests, slow and literal: the grammar of RFC 9112 as regular expressions over the whole text, plus
 * the edge's rules, with no code of the scanner. Empty means refused or not complete.
 */
final class ReferenceReader {
    /**
     * @param fields name and value of every field line, in order
     * @param headLines the request line and every field line as they came
     * @param chunkLines every line with the size of a chunk, and the same for trailers
     */
    record Request(
            String method,
            String target,
            int version,
            String authority,
            List<String> fields,
            String content,
            int length,
            List<String> headLines,
            List<String> chunkLines,
            List<String> trailers) {

        /** Whether no part is larger or more numerous than allowed. Lines count without their CRLF, sections with them. */
        boolean isWithin(HttpLimits limits) {
            List<String> fieldLines = headLines.subList(1, headLines.size());
            int cookies = fieldLines.stream()
                    .filter(Request::isCookie)
                    .mapToInt(String::length)
                    .sum();
            int options = fieldLines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("connection:"))
                    .mapToInt(Request::options)
                    .sum();
            int extensions = chunkLines.stream()
                    .mapToInt(line -> line.replaceFirst("^[0-9A-Fa-f]+", "").length())
                    .sum();
            return headLines.get(0).length() <= limits.requestLine()
                    && section(headLines) <= limits.head()
                    && fieldLines.size() <= limits.fields()
                    && options <= limits.fields()
                    && fieldLines.stream().allMatch(line -> isCookie(line) || line.length() <= limits.field())
                    && cookies <= limits.cookie()
                    && chunkLines.stream()
                            .allMatch(line -> line.matches("[0-9A-Fa-f]+") || line.length() <= limits.chunkLine())
                    && extensions <= limits.chunkExtensions()
                    && trailers.size() <= limits.trailerFields()
                    && section(trailers) <= limits.trailers();
        }

        private static boolean isCookie(String line) {
            return line.toLowerCase(Locale.ROOT).startsWith("cookie:");
        }

        private static int section(List<String> lines) {
            return lines.stream().mapToInt(line -> line.length() + 2).sum();
        }

        /** Empty options count, but for one behind the last comma. */
        private static int options(String line) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            int commas = (int) value.chars().filter(c -> c == ',').count();
            return value.isEmpty() ? 0 : commas + (value.endsWith(",") ? 0 : 1);
        }
    }

    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final Pattern START = Pattern.compile("(" + TOKEN + ") ([!-~&&[^\"<>#]]+) HTTP/1\\.([01])");
    private static final Pattern FIELD = Pattern.compile(
            "(" + TOKEN + "):[ \t]*((?:[!-~\\x80-\\xff](?:[ \t!-~\\x80-\\xff]*" + "[!-~\\x80-\\xff])?)?)[ \t]*");
    private static final Pattern REG_NAME = Pattern.compile("(?:[A-Za-z0-9\\-._~!$&'()*+;=]|%[2-9a-fA-F][0-9a-fA-F])+");
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+)(?::([0-9]{1,5}))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]+)(/[^?]*)?(\\?.*)?");
    private static final Pattern CHUNK_LINE =
            Pattern.compile("([0-9A-Fa-f]{1,16})((?:[ \t]*;[\t -~\\x80-\\xff]*)?)\r\n");

    static Optional<Request> read(String text) {
        int start = text.startsWith("\r\n") ? 2 : 0;
        int headEnd = text.indexOf("\r\n\r\n", start);
        if (headEnd < 0) {
            return Optional.empty();
        }
        String[] lines = text.substring(start, headEnd).split("\r\n", -1);
        Matcher line = START.matcher(lines[0]);
        if (!line.matches() || line.group(1).equals("TRACE") || line.group(1).equals("CONNECT")) {
            return Optional.empty();
        }
        List<String> fields = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher field = FIELD.matcher(lines[i]);
            if (!field.matches()) {
                return Optional.empty();
            }
            fields.add(field.group(1) + ": " + field.group(2));
            names.add(field.group(1).toLowerCase(Locale.ROOT));
            values.add(field.group(2));
        }
        List<String> hosts = all("host", names, values);
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
        if (all("expect", names, values).stream().anyMatch(value -> !value.equalsIgnoreCase("100-continue"))) {
            return Optional.empty();
        }
        int version = line.group(3).equals("1") ? 11 : 10;
        List<String> lengths = all("content-length", names, values);
        List<String> encodings = all("transfer-encoding", names, values);
        int bodyStart = headEnd + 4;
        if (!encodings.isEmpty()) {
            boolean chunked = lengths.isEmpty()
                    && version == 11
                    && encodings.size() == 1
                    && encodings.get(0).equalsIgnoreCase("chunked");
            return chunked
                    ? chunked(text, bodyStart, line.group(1), target, version, authority, fields, List.of(lines))
                    : Optional.empty();
        }
        if (lengths.size() > 1 || (lengths.size() == 1 && !lengths.get(0).matches("[0-9]+"))) {
            return Optional.empty();
        }
        long length = 0;
        if (!lengths.isEmpty()) {
            try {
                length = Long.parseLong(lengths.get(0));
            } catch (NumberFormatException tooLarge) {
                return Optional.empty();
            }
        }
        if (length > text.length() - bodyStart) {
            return Optional.empty();
        }
        int end = bodyStart + (int) length;
        return Optional.of(new Request(
                line.group(1),
                target,
                version,
                authority,
                fields,
                text.substring(bodyStart, end),
                end,
                List.of(lines),
                List.of(),
                List.of()));
    }

    private static Optional<Request> chunked(
            String text,
            int bodyStart,
            String method,
            String target,
            int version,
            String authority,
            List<String> fields,
            List<String> headLines) {
        List<String> chunkLines = new ArrayList<>();
        List<String> trailers = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        int at = bodyStart;
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
        while (!text.startsWith("\r\n", at)) {
            int end = text.indexOf("\r\n", at);
            if (end < 0 || !FIELD.matcher(text.substring(at, end)).matches()) {
                return Optional.empty();
            }
            trailers.add(text.substring(at, end));
            at = end + 2;
        }
        return Optional.of(new Request(
                method,
                target,
                version,
                authority,
                fields,
                content.toString(),
                at + 2,
                headLines,
                chunkLines,
                trailers));
    }

    private static List<String> all(String name, List<String> names, List<String> values) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equals(name)) {
                found.add(values.get(i));
            }
        }
        return found;
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
            if (dots && !decoded.equals(segment)) {
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
