/**
 * The doors towards clients. A door speaks a protocol; the exchange behind it does not.
 *
 * <p>{@link io.crossfade.client.Http1Client} is one HTTP/1 connection: it reads the bytes of requests
 * ({@code Http1Requests}), hands one request at a time to its {@link io.crossfade.exchange.Exchange}, and writes the
 * answers ({@code Http1Answer}). It is the {@link io.crossfade.exchange.ClientStream} of that exchange. {@link
 * io.crossfade.client.Clients} are all connections of one event loop; {@link io.crossfade.client.ListenerFacts} is what they know of
 * the listener that accepted them.
 *
 * <p>The door alone decides whether a connection goes on after an answer, and it alone holds bytes that nobody wants yet: those
 * of a pipelined request, and those of a body before its call to the upstream is there. It never looks at routes, variants or
 * upstreams. Everything here belongs to one event loop.
 */
@NullMarked
package io.crossfade.client;

import org.jspecify.annotations.NullMarked;
