package io.crossfade.admin.server;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request, decoded and copied out of Netty's buffers.
 *
 * @param method upper case; GET also for HEAD
 * @param path percent-decoded
 * @param peer the client's address
 */
record Call(String method, String path, Map<String, List<String>> query, HttpHeaders fields, String body, String peer) {

    /** @throws IllegalArgumentException when the target is not a path, a percent sign is followed by no hex digits, or the body is not UTF-8 */
    static Call of(FullHttpRequest request, String peer) {
        if (!request.uri().startsWith("/")) {
            throw new IllegalArgumentException("target: it must be a path");
        }
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        String method = request.method().name();
        return new Call(
                method.equals("HEAD") ? "GET" : method,
                target.path(),
                target.parameters(),
                request.headers(),
                RequestBody.text(request.content().nioBuffer()),
                peer);
    }

    @Nullable
    String field(String name) {
        return fields.get(name);
    }

    /** The one value of a query parameter; empty when it is missing, empty or there more than once. */
    Optional<String> parameter(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.size() == 1 && !values.get(0).isEmpty() ? Optional.of(values.get(0)) : Optional.empty();
    }
}
