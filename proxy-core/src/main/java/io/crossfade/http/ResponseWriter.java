package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes a scanned response head for the client when it cannot go as it is, and the proxy's own answers. */
public final class ResponseWriter {
    private static final byte[] VERSION = Octets.ascii("HTTP/1.1 ");
    private static final byte[] CRLF = Octets.ascii("\r\n");
    private static final byte[] CLOSE = Octets.ascii("Connection: close\r\n");
    private static final int ADDED = 64;

    /**
     * The caller owns the returned buffer. The status line always says HTTP/1.1; hop-by-hop fields are dropped.
     *
     * @param close adds {@code Connection: close}
     * @param dropTransferEncoding the body goes out decoded (HTTP/1.0 client)
     * @param extraFields complete field lines with CRLF, such as Set-Cookie, or null
     */
    public static ByteBuf write(
            ResponseHead head,
            boolean close,
            boolean dropTransferEncoding,
            byte @Nullable [] extraFields,
            ByteBufAllocator allocator) {
        FieldLines fields = head.fields();
        int extra = extraFields == null ? 0 : extraFields.length;
        ByteBuf out = allocator.ioBuffer(fields.start(fields.count()) + extra + ADDED);
        out.writeBytes(VERSION);
        decimal(out, head.status);
        out.writeByte(' ').writeBytes(head.bytes, head.reasonStart, head.reasonEnd - head.reasonStart);
        out.writeBytes(CRLF);
        unchanged(out, head.bytes, fields, dropTransferEncoding);
        return end(out, close, extraFields);
    }

    private static void unchanged(ByteBuf out, byte[] bytes, FieldLines fields, boolean dropTransferEncoding) {
        int run = fields.start(0);
        int count = fields.count();
        for (int i = 0; i < count; i++) {
            FieldName name = fields.name(i);
            if (fields.isDropped(i)
                    || (dropTransferEncoding && (name == FieldName.TRANSFER_ENCODING || name == FieldName.TRAILER))) {
                out.writeBytes(bytes, run, fields.start(i) - run);
                run = fields.start(i + 1);
            }
        }
        out.writeBytes(bytes, run, fields.start(count) - run);
    }

    /**
     * An answer of the proxy itself: JSON problem body {@code {"status":..,"reason":"..","detail":".."}} with Content-Length,
     * {@code x-proxy-reason: reason} and, when close, {@code Connection: close}.
     *
     * @param status 200..599
     * @param reason a word of letters, digits, hyphens and underscores; it goes into a field
     * @param detail a sentence; any text, it is escaped
     * @param omitBody whether the request was a HEAD: Content-Length stays, the body does not
     * @param extraFields complete field lines with CRLF such as {@code Retry-After: 1}, or null
     */
    public static ByteBuf own(
            int status,
            String reason,
            String detail,
            boolean close,
            boolean omitBody,
            byte @Nullable [] extraFields,
            ByteBufAllocator allocator) {
        requireWord(reason);
        String text =
                "{\"status\":" + status + ",\"reason\":\"" + reason + "\",\"detail\":\"" + escaped(detail) + "\"}\n";
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + ' ' + phrase(status) + "\r\nContent-Type: application/problem+json\r\n"
                + "Content-Length: " + body.length + "\r\nx-proxy-reason: " + reason + "\r\n";
        ByteBuf out = allocator.ioBuffer(
                head.length() + body.length + ADDED + (extraFields == null ? 0 : extraFields.length));
        ByteBufUtil.writeAscii(out, head);
        end(out, close, extraFields);
        return omitBody ? out : out.writeBytes(body);
    }

    private static ByteBuf end(ByteBuf out, boolean close, byte @Nullable [] extraFields) {
        if (extraFields != null) {
            out.writeBytes(extraFields);
        }
        if (close) {
            out.writeBytes(CLOSE);
        }
        return out.writeBytes(CRLF);
    }

    private static void decimal(ByteBuf out, int status) {
        out.writeByte('0' + status / 100);
        out.writeByte('0' + status / 10 % 10);
        out.writeByte('0' + status % 10);
    }

    private static void requireWord(String reason) {
        for (int i = 0; i < reason.length(); i++) {
            char c = reason.charAt(i);
            if (c >= 128 || (!Character.isLetterOrDigit(c) && c != '-' && c != '_')) {
                throw new IllegalArgumentException("reason: " + escaped(reason) + " (expected: a word)");
            }
        }
    }

    /** RFC 8259 section 7. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String phrase(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }

    private ResponseWriter() {}
}
