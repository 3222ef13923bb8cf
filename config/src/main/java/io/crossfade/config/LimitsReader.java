package io.crossfade.config;

/** Reads the bounds of the data plane and of the control thread. */
final class LimitsReader {

    private LimitsReader() {}

    static Limits limits(Section section) {
        Limits defaults = Limits.defaults();
        return section.build(() -> new Limits(
                        section.bytes("requestLine", defaults.requestLine()),
                        section.bytes("head", defaults.head()),
                        section.count("fields", defaults.fields()),
                        section.bytes("field", defaults.field()),
                        section.bytes("cookie", defaults.cookie()),
                        section.size("body", defaults.body()),
                        section.bytes("chunkLine", defaults.chunkLine()),
                        section.bytes("chunkExtensions", defaults.chunkExtensions()),
                        section.count("trailerFields", defaults.trailerFields()),
                        section.bytes("trailers", defaults.trailers()),
                        section.bytes("responseHead", defaults.responseHead()),
                        section.count("interimResponses", defaults.interimResponses()),
                        section.duration("headTimeout", defaults.headTimeout()),
                        section.duration("idleTimeout", defaults.idleTimeout()),
                        section.count("maxRequests", defaults.maxRequests()),
                        section.duration("maxAge", defaults.maxAge()),
                        section.count("maxConnections", defaults.maxConnections()),
                        section.count("backlog", defaults.backlog()),
                        section.bytes("readBuffer", defaults.readBuffer()),
                        section.bytes("receiveBuffer", defaults.receiveBuffer()),
                        section.bytes("writeHigh", defaults.writeHigh()),
                        section.bytes("writeLow", defaults.writeLow()),
                        section.duration("lingerTimeout", defaults.lingerTimeout()),
                        section.bytes("lingerBytes", defaults.lingerBytes()),
                        section.duration("drainTimeout", defaults.drainTimeout())))
                .orElse(defaults);
    }

    static ControlSettings control(Section section) {
        ControlSettings defaults = ControlSettings.defaults();
        return section.build(() -> new ControlSettings(
                        section.count("observationQueue", defaults.observationQueue()),
                        section.duration("tick", defaults.tick()),
                        section.duration("window", defaults.window()),
                        section.size("journalSegment", defaults.journalSegment()),
                        section.count("operationQueue", defaults.operationQueue())))
                .orElse(defaults);
    }
}
