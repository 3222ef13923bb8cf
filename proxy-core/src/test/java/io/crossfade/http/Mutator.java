package io.crossfade.http;

import java.util.List;
import java.util.Random;

/** Changes messages in the ways that have split proxies from their upstreams; the same seed gives the same messages. */
final class Mutator {
    private static final List<String> DICTIONARY = List.of(
            "\r",
            "\n",
            "\r\n",
            "\r\n\r\n",
            "\0",
            " ",
            "\t",
            ":",
            ",",
            ";",
            "\u000b",
            "\u007f",
            "\u0080",
            "\u00ff",
            "\"",
            "\\",
            "/",
            "//",
            "/../",
            "/./",
            "..",
            "%2e",
            "%2e%2e/",
            "%2f",
            "%5c",
            "%00",
            "%41",
            "%zz",
            "?",
            "#",
            "@",
            "[",
            "]",
            "*",
            "_",
            "=",
            "chunked",
            "Chunked",
            "gzip",
            "identity",
            "Content-Length",
            "Transfer-Encoding",
            "Connection",
            "Host",
            "Expect",
            "Content-Length: 5\r\n",
            "Content-Length: 0\r\n",
            "Content-Length: 18446744073709551617\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding:\r\n chunked\r\n",
            "Host: b\r\n",
            "Connection: close, x\r\n",
            "Connection: close\r\nClose: 1\r\n",
            "X_Y: z\r\n",
            "Cookie: a=b\r\n",
            " HTTP/1.0",
            " HTTP/1.1",
            "http://b",
            "https://c:81/d",
            "0",
            "1",
            "5",
            "A",
            "f",
            "0\r\n\r\n",
            "5\r\nhello\r\n",
            "5;a=b\r\n",
            "7fffffffffffffff",
            "ffffffffffffffff",
            "00000000000000005",
            "9223372036854775807",
            "-1",
            "+1",
            "0x1",
            "GET",
            "HEAD",
            "OPTIONS",
            "TRACE",
            "CONNECT",
            "GET /x HTTP/1.1\r\n");

    private final Random random;
    private final List<String> seeds;

    Mutator(long seed, List<String> seeds) {
        random = new Random(seed);
        this.seeds = seeds;
    }

    String next() {
        StringBuilder text = new StringBuilder(pick(seeds));
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            change(text);
        }
        if (random.nextInt(64) == 0) {
            lengthen(text);
        }
        return text.toString();
    }

    /** A head longer than what the scanners copy at first. */
    private void lengthen(StringBuilder text) {
        String letter = String.valueOf((char) ('a' + random.nextInt(26)));
        text.insert(random.nextInt(text.length() + 1), letter.repeat(1024 + random.nextInt(2048)));
    }

    private void change(StringBuilder text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 4));
        switch (random.nextInt(8)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.insert(at, text.substring(at, end));
            case 2 -> text.replace(at, end, pick(DICTIONARY));
            case 3 -> text.insert(at, (char) random.nextInt(256));
            case 4 -> text.insert(lineStart(text, at), pick(DICTIONARY));
            case 5 -> duplicateLine(text, at);
            case 6 -> flipCase(text, at);
            default -> text.insert(at, pick(DICTIONARY));
        }
    }

    private static int lineStart(StringBuilder text, int at) {
        return text.lastIndexOf("\n", at) + 1;
    }

    private static void duplicateLine(StringBuilder text, int at) {
        int start = lineStart(text, Math.max(0, at - 1));
        int end = text.indexOf("\n", start) + 1;
        if (end > start) {
            text.insert(start, text.substring(start, end));
        }
    }

    private static void flipCase(StringBuilder text, int at) {
        if (at < text.length() && Character.isLetter(text.charAt(at)) && text.charAt(at) < 128) {
            text.setCharAt(at, (char) (text.charAt(at) ^ 0x20));
        }
    }

    private String pick(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}
