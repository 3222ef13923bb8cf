package io.crossfade.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a message body and validates its framing while the bytes pass through untouched. One per direction
 * and connection, reused for each message: begin with one of none, length, chunked, untilClose.
 *
 * <p>Owned by the event loop of its connection. Content is skipped by arithmetic; only the lines between chunks are
 * walked. Trailers are held back until their end, so that no part of a bad or unwelcome one passes.
 */
public final class BodyFramer {
    public static final int REFUSED = -1;

    private static final int MAX_SIZE_DIGITS = 16;
    private static final byte[] CRLF = Octets.ascii("\r\n");

    /** Where in a message the next byte stands. */
    private enum State {
        DONE,
        CONTENT,
        UNTIL_CLOSE,
        SIZE,
        AFTER_SIZE,
        EXTENSION,
        SIZE_LF,
        CHUNK,
        CHUNK_CR,
        CHUNK_LF,
        TRAILERS_START,
        TRAILERS,
        REFUSED
    }

    private final HttpLimits limits;
    private State state = State.DONE;
    private boolean untilClose;

    /** What is left of the message (CONTENT) or of the chunk (CHUNK); in SIZE the size as far as it is read. */
    private long left;

    private int sizeDigits;
    private int lineLength;
    private int extensionBytes;
    private long contentBytes;
    private int consumed;
    private @Nullable Refusal refusal;

    /** Trailers are rare: these exist only on a connection that has seen some. */
    private @Nullable FieldLines trailerLines;

    private byte[] trailers = CRLF;
    private int trailersLength;
    private boolean endingDue;
    private int trailersDropped;

    public BodyFramer(HttpLimits limits) {
        this.limits = limits;
    }

    public void none() {
        begin(State.DONE);
    }

    /** Begins a body of so many bytes, 0 or more. */
    public void length(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("length: " + bytes + " (expected: 0 or more)");
        }
        begin(bytes == 0 ? State.DONE : State.CONTENT);
        left = bytes;
    }

    public void chunked() {
        begin(State.SIZE);
    }

    public void untilClose() {
        begin(State.UNTIL_CLOSE);
        untilClose = true;
    }

    private void begin(State first) {
        state = first;
        untilClose = false;
        left = 0;
        sizeDigits = 0;
        lineLength = 0;
        extensionBytes = 0;
        contentBytes = 0;
        consumed = 0;
        refusal = null;
        trailersLength = 0;
        endingDue = false;
    }

    /**
     * Walks the readable bytes of {@code in} from its reader index, which does not move.
     *
     * @return how many of them pass on unchanged (0 is possible), or REFUSED; then also no byte of this buffer may pass
     */
    public int scan(ByteBuf in) {
        return walk(in, null);
    }

    /** How many bytes of the last scanned buffer belong to this message: those that pass and those kept here (trailers). */
    public int consumed() {
        return consumed;
    }

    /**
     * What to send after the passed bytes: filtered trailers and the last empty line; usually null. The caller owns it. It
     * is handed out once, after the scan that ended the message.
     */
    public @Nullable ByteBuf ending(ByteBufAllocator allocator) {
        FieldLines lines = trailerLines;
        if (!endingDue || lines == null) {
            return null;
        }
        ByteBuf out = allocator.ioBuffer(trailersLength);
        keepTrailers(lines, out);
        return out.writeBytes(CRLF);
    }

    /** The counterpart of {@link #ending} for a receiver of content alone: the trailers, when the message that has ended had some. */
    public @Nullable Trailers trailers() {
        FieldLines lines = trailerLines;
        if (!endingDue || lines == null) {
            return null;
        }
        ByteBuf kept = Unpooled.buffer(trailersLength);
        keepTrailers(lines, kept);
        return new Trailers(Arrays.copyOf(kept.array(), kept.readableBytes()));
    }

    /** Known fields frame, route, authenticate or say where a request came from: RFC 9110 section 6.5.1. */
    private void keepTrailers(FieldLines lines, ByteBuf out) {
        endingDue = false;
        trailersDropped = 0;
        for (int i = 0; i < lines.count(); i++) {
            if (lines.name(i) == FieldName.OTHER && !lines.hasUnderscore(i)) {
                out.writeBytes(trailers, lines.start(i), lines.start(i + 1) - lines.start(i));
            } else {
                trailersDropped++;
            }
        }
    }

    /** How many trailers the last {@link #ending} or {@link #trailers} left out; those with an underscore in their name are always among them. */
    public int trailersDropped() {
        return trailersDropped;
    }

    /**
     * The counterpart of {@link #scan} for a receiver of content alone ({@link BodyForm#CONTENT}).
     *
     * @return a buffer that the caller owns, possibly empty; null when refused. {@link #consumed()} as for scan.
     */
    public @Nullable ByteBuf decode(ByteBuf in, ByteBufAllocator allocator) {
        if (state == State.CONTENT || state == State.UNTIL_CLOSE) {
            return in.retainedSlice(in.readerIndex(), walk(in, null));
        }
        ByteBuf content = allocator.ioBuffer(in.readableBytes());
        if (walk(in, content) == REFUSED) {
            content.release();
            return null;
        }
        return content;
    }

    /** Whether the message has ended; never true for untilClose. */
    public boolean done() {
        return state == State.DONE;
    }

    public boolean isUntilClose() {
        return untilClose;
    }

    /** Content bytes seen so far, without framing, so that a body limit can be kept. */
    public long contentBytes() {
        return contentBytes;
    }

    /**
     * Why the message was refused; in an answer's body call {@link Refusal#ofUpstream()} on it.
     *
     * @throws IllegalStateException when it was not
     */
    public Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("the body was not refused");
        }
        return refusal;
    }

    private int walk(ByteBuf in, @Nullable ByteBuf content) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int at = start;
        int passed = end;
        while (at < end && state != State.DONE) {
            switch (state) {
                case CONTENT, CHUNK -> at = skip(in, at, end, content);
                case UNTIL_CLOSE -> {
                    contentBytes += end - at;
                    at = end;
                }
                case TRAILERS_START, TRAILERS -> {
                    if (state == State.TRAILERS_START && end - at >= 2 && isEmptyLine(in, at)) {
                        at += 2;
                        state = State.DONE;
                    } else {
                        passed = at;
                        at = trailers(in, at, end);
                    }
                }
                case REFUSED -> {
                    consumed = 0;
                    return REFUSED;
                }
                default -> step(in.getByte(at++));
            }
        }
        if (state == State.REFUSED) {
            consumed = 0;
            return REFUSED;
        }
        consumed = at - start;
        return Math.min(at, passed) - start;
    }

    private int skip(ByteBuf in, int at, int end, @Nullable ByteBuf content) {
        int length = (int) Math.min(left, end - at);
        if (content != null) {
            content.writeBytes(in, at, length);
        }
        left -= length;
        contentBytes += length;
        if (left == 0) {
            state = state == State.CONTENT ? State.DONE : State.CHUNK_CR;
        }
        return at + length;
    }

    /** One byte of the lines between chunks (RFC 9112 section 7.1). */
    private void step(byte c) {
        switch (state) {
            case SIZE -> size(c);
            case AFTER_SIZE -> afterSize(c);
            case EXTENSION -> extension(c);
            case SIZE_LF -> sizeEnd(c);
            case CHUNK_CR -> expect(c, '\r', State.CHUNK_LF);
            case CHUNK_LF -> {
                expect(c, '\n', State.SIZE);
                lineLength = 0;
                sizeDigits = 0;
            }
            default -> throw new IllegalStateException("no framing byte is due in " + state);
        }
    }

    private void size(byte c) {
        int digit = Octets.HEX[c & 0xff];
        if (digit < 0) {
            afterSize(c);
        } else if (++sizeDigits > MAX_SIZE_DIGITS || left > (Long.MAX_VALUE - digit) >> 4) {
            refuse(Refusal.MALFORMED_CHUNK_SIZE);
        } else {
            lineLength++;
            left = (left << 4) | digit;
        }
    }

    /** Blanks may stand only before the semicolon of an extension. */
    private void afterSize(byte c) {
        if (sizeDigits == 0) {
            refuse(Refusal.MALFORMED_CHUNK_SIZE);
        } else if (c == '\r' && state == State.SIZE) {
            state = State.SIZE_LF;
        } else if (c == ';') {
            state = State.EXTENSION;
            countExtension();
        } else if (Octets.isBlank(c)) {
            state = State.AFTER_SIZE;
            countExtension();
        } else {
            refuse(c == '\n' ? Refusal.BARE_LF : Refusal.MALFORMED_CHUNK_SIZE);
        }
    }

    private void extension(byte c) {
        if (c == '\r') {
            state = State.SIZE_LF;
        } else if (Octets.isControl(c) && c != '\t') {
            refuse(c == '\n' ? Refusal.BARE_LF : Refusal.MALFORMED_CHUNK_EXTENSION);
        } else {
            countExtension();
        }
    }

    private void countExtension() {
        if (++lineLength > limits.chunkLine()) {
            refuse(Refusal.CHUNK_LINE_TOO_LONG);
        } else if (++extensionBytes > limits.chunkExtensions()) {
            refuse(Refusal.CHUNK_EXTENSIONS_TOO_LARGE);
        }
    }

    private void sizeEnd(byte c) {
        if (c != '\n') {
            refuse(Refusal.BARE_CR);
        } else if (left > Long.MAX_VALUE - contentBytes) {
            refuse(Refusal.MALFORMED_CHUNK_SIZE);
        } else {
            state = left == 0 ? State.TRAILERS_START : State.CHUNK;
        }
    }

    private void expect(byte c, char expected, State next) {
        if (c == expected) {
            state = next;
        } else {
            refuse(Refusal.MALFORMED_CHUNK_END);
        }
    }

    private static boolean isEmptyLine(ByteBuf in, int at) {
        return in.getByte(at) == '\r' && in.getByte(at + 1) == '\n';
    }

    /** Keeps trailers here until they are complete; returns the index after those bytes of {@code in} that belong to them. */
    private int trailers(ByteBuf in, int at, int end) {
        FieldLines lines = trailerLines();
        int before = trailersLength;
        int taken = Math.min(end - at, trailers.length - Octets.SLACK - before);
        in.getBytes(at, trailers, before, taken);
        trailersLength = before + taken;
        trailers[trailersLength] = 0;
        state = State.TRAILERS;
        int length = lines.scan(trailers, 0, 0, trailersLength);
        if (length == RequestScanner.REFUSED) {
            refuse(trailerRefusal(lines.refusal()));
        } else if (length > 0) {
            state = State.DONE;
            endingDue = true;
            trailersLength = length;
            return at + length - before;
        }
        return at + taken;
    }

    private FieldLines trailerLines() {
        FieldLines lines = trailerLines;
        if (lines == null) {
            int size = limits.trailers();
            lines = new FieldLines(new FieldLines.Bounds(size, limits.trailerFields(), size, size));
            trailerLines = lines;
            // Room for the CRLF that ends them and one byte that proves them to be too large.
            trailers = Arrays.copyOf(trailers, size + 3 + Octets.SLACK);
        }
        return lines;
    }

    private static Refusal trailerRefusal(Refusal reason) {
        return switch (reason) {
            case TOO_MANY_FIELDS -> Refusal.TOO_MANY_TRAILERS;
            case HEAD_TOO_LARGE, FIELD_TOO_LARGE, COOKIE_TOO_LARGE -> Refusal.TRAILERS_TOO_LARGE;
            default -> reason;
        };
    }

    private void refuse(Refusal reason) {
        refusal = reason;
        state = State.REFUSED;
    }
}
