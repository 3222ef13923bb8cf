package io.crossfade.config;

import java.time.Duration;

/** The bounds of the data plane; sizes in bytes. */
public record Limits(
        @Group Heads heads,
        @Group Bodies bodies,
        @Group Answers answers,
        @Group Connections connections,
        @Group Buffers buffers,
        @Group Endings endings) {

    /** What stands when the config says nothing. */
    public static Limits defaults() {
        return Shape.of(Limits.class).standard();
    }

    /** Of a request's head. */
    public record Heads(
            @Key(standard = "8KiB", bounds = "16B..16MiB", says = "else 414; never more than `head`")
            int requestLine,

            @Key(standard = "32KiB", bounds = "16B..16MiB", says = "the whole head, else 431")
            int head,

            @Key(standard = "100", bounds = "1..100000", says = "number of fields, else 431")
            int fields,

            @Key(standard = "8KiB", bounds = "16B..16MiB", says = "one field line, else 431")
            int field,

            @Key(standard = "8KiB", bounds = "16B..16MiB", says = "one Cookie field, else 431")
            int cookie) {
        public Heads {
            Shape.of(Heads.class)
                    .check(requestLine, head, fields, field, cookie)
                    .keep();
        }
    }

    /** Of a body, its framing and its trailers. */
    public record Bodies(
            @Key(standard = "16MiB", bounds = "0B or more", says = "of a request, else 413; a route may say otherwise")
            long body,

            @Key(standard = "256B", bounds = "1B..64KiB", says = "one chunk-size line")
            int chunkLine,

            @Key(standard = "4KiB", bounds = "0B..16MiB", says = "chunk extensions of one message")
            int chunkExtensions,

            @Key(standard = "64", bounds = "0..100000", says = "number of trailer fields")
            int trailerFields,

            @Key(standard = "8KiB", bounds = "0B..16MiB", says = "all trailers of one message")
            int trailers) {
        public Bodies {
            Shape.of(Bodies.class)
                    .check(body, chunkLine, chunkExtensions, trailerFields, trailers)
                    .keep();
        }
    }

    /** Of the answer of an upstream. */
    public record Answers(
            @Key(standard = "64KiB", bounds = "16B..16MiB", says = "the head of an answer, else 502")
            int responseHead,

            @Key(standard = "8", bounds = "0..1000", says = "1xx answers before the final one, else 502")
            int interimResponses) {
        public Answers {
            Shape.of(Answers.class).check(responseHead, interimResponses).keep();
        }
    }

    /** Of the connections of clients. */
    public record Connections(
            @Key(standard = "10s", bounds = "1ms..720h", says = "from the first byte of a head to its last, else 408")
            Duration headTimeout,

            @Key(standard = "60s", bounds = "1ms..720h", says = "of a kept connection")
            Duration idleTimeout,

            @Key(standard = "100k", bounds = "1..2147483647", says = "requests of one connection")
            int maxRequests,

            @Key(standard = "1h", bounds = "1ms..720h", says = "of one connection")
            Duration maxAge,

            @Key(standard = "50k", bounds = "1..10000000", says = "of all listeners together")
            int maxConnections,

            @Key(
                    standard = "4096",
                    bounds = "1..65535",
                    says = "connections of one listener that the kernel holds before they are accepted;"
                            + " `net.core.somaxconn` may be lower")
            int backlog) {
        public Connections {
            Shape.of(Connections.class)
                    .check(headTimeout, idleTimeout, maxRequests, maxAge, maxConnections, backlog)
                    .keep();
        }
    }

    /** Of what is read and kept for the other side. */
    public record Buffers(
            @Key(
                    standard = "128KiB",
                    bounds = "4KiB..1MiB",
                    says = "taken from an upstream in one read, from a client at most half as much; see below")
            int readBuffer,

            @Key(
                    standard = "0B",
                    bounds = "0B..1024MiB",
                    says = "of an answer in the kernel, unread (SO_RCVBUF); `0B` leaves it to the kernel; see below")
            int receiveBuffer,

            @Key(
                    standard = "64KiB",
                    bounds = "1B..1024MiB",
                    says = "queued towards a slow peer: the other side is no longer read")
            int writeHigh,

            @Key(standard = "32KiB", bounds = "0B..writeHigh", says = "queued towards it: the other side is read again")
            int writeLow) {
        public Buffers {
            Shape.of(Buffers.class)
                    .check(readBuffer, receiveBuffer, writeHigh, writeLow)
                    .keep();
        }
    }

    /** Of the ends of connections and of the server. */
    public record Endings(
            @Key(
                    standard = "2s",
                    bounds = "1ms..720h",
                    says = "a client is still read once the last answer has left, so that it is not lost;"
                            + " the admin API keeps to it too")
            Duration lingerTimeout,

            @Key(standard = "256KiB", bounds = "0B..1024MiB", says = "how much of it at most")
            int lingerBytes,

            @Key(
                    standard = "30s",
                    bounds = "1ms..720h",
                    says = "requests in flight may take so long to end when the server is stopped")
            Duration drainTimeout) {
        public Endings {
            Shape.of(Endings.class)
                    .check(lingerTimeout, lingerBytes, drainTimeout)
                    .keep();
        }
    }

    public int requestLine() {
        return heads.requestLine();
    }

    public int head() {
        return heads.head();
    }

    public int fields() {
        return heads.fields();
    }

    public int field() {
        return heads.field();
    }

    public int cookie() {
        return heads.cookie();
    }

    public long body() {
        return bodies.body();
    }

    public int chunkLine() {
        return bodies.chunkLine();
    }

    public int chunkExtensions() {
        return bodies.chunkExtensions();
    }

    public int trailerFields() {
        return bodies.trailerFields();
    }

    public int trailers() {
        return bodies.trailers();
    }

    public int responseHead() {
        return answers.responseHead();
    }

    public int interimResponses() {
        return answers.interimResponses();
    }

    public Duration headTimeout() {
        return connections.headTimeout();
    }

    public Duration idleTimeout() {
        return connections.idleTimeout();
    }

    public int maxRequests() {
        return connections.maxRequests();
    }

    public Duration maxAge() {
        return connections.maxAge();
    }

    public int maxConnections() {
        return connections.maxConnections();
    }

    public int backlog() {
        return connections.backlog();
    }

    public int readBuffer() {
        return buffers.readBuffer();
    }

    public int receiveBuffer() {
        return buffers.receiveBuffer();
    }

    public int writeHigh() {
        return buffers.writeHigh();
    }

    public int writeLow() {
        return buffers.writeLow();
    }

    public Duration lingerTimeout() {
        return endings.lingerTimeout();
    }

    public int lingerBytes() {
        return endings.lingerBytes();
    }

    public Duration drainTimeout() {
        return endings.drainTimeout();
    }
}
