package io.crossfade.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A kind of request, and the length of the body that answers it. */
enum Work {
    /** GET, answered with 1 KiB. */
    ONE_K("GET /1k", 0, 0, 1 << 10),
    /** GET, answered with 64 KiB. */
    SIXTY_FOUR_K("GET /64k", 0, 0, 64 << 10),
    /** POST of 4 KiB, answered with 1 KiB. */
    POST_4K("POST /1k", 4 << 10, 0, 1 << 10),
    /** GET with 30 more fields, answered with 1 KiB. */
    FIELDS_30("GET /1k", 0, 30, 1 << 10);

    /** Digits of the user's number in {@link #request()}, so that each request may come from another user. */
    static final int USER_DIGITS = 7;

    private static final String USER_MARK = "uid=u";

    private final String start;
    private final int bodyBytes;
    private final int moreFields;
    private final int answerBytes;

    Work(String start, int bodyBytes, int moreFields, int answerBytes) {
        this.start = start;
        this.bodyBytes = bodyBytes;
        this.moreFields = moreFields;
        this.answerBytes = answerBytes;
    }

    /** One of 1k, 64k, post4k, fields30. */
    static Work of(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "1k" -> ONE_K;
            case "64k" -> SIXTY_FOUR_K;
            case "post4k" -> POST_4K;
            case "fields30" -> FIELDS_30;
            default -> throw new IllegalArgumentException("path: " + word + " (expected: 1k, 64k, post4k or fields30)");
        };
    }

    int answerBytes() {
        return answerBytes;
    }

    /** The whole request, from a browser as browsers are, of user 0. */
    byte[] request() {
        var text = new StringBuilder(start)
                .append(" HTTP/1.1\r\nHost: shop.example\r\n")
                .append("User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n")
                .append("Accept: application/json, text/html;q=0.9, */*;q=0.8\r\nAccept-Language: en-GB,en;q=0.7\r\n")
                .append("Accept-Encoding: gzip, deflate, br\r\nCookie: theme=light; ")
                .append(USER_MARK)
                .append("0".repeat(USER_DIGITS))
                .append("; cart=c1f0a7\r\n");
        for (int i = 0; i < moreFields; i++) {
            text.append("X-Field-").append(i).append(": some value of ordinary length\r\n");
        }
        if (bodyBytes > 0) {
            text.append("Content-Type: application/octet-stream\r\nContent-Length: ")
                    .append(bodyBytes)
                    .append("\r\n");
        }
        return text.append("\r\n").append("b".repeat(bodyBytes)).toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Index of the first of the user's digits. */
    int userAt() {
        return new String(request(), StandardCharsets.US_ASCII).indexOf(USER_MARK) + USER_MARK.length();
    }
}
