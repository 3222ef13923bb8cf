/**
 * The doors towards endpoints. {@link io.crossfade.upstream.UpstreamPool} lends calls, {@link
 * io.crossfade.upstream.UpstreamCall} is one of them, {@link io.crossfade.upstream.UpstreamReceiver} is whoever made it.
 *
 * <p>{@code Http1Call} is a connection of HTTP/1.1: idle in the {@code Lane} of its endpoint, or lent to one receiver. Its
 * {@code Http1Reader} cuts the bytes of answers into heads and parts of bodies. {@code Connect} is a wish for a fresh connection.
 * A call tells its lane, a lane tells whoever keeps it, and no class here knows the one above.
 *
 * <p>A pool belongs to one event loop. It knows bounds, turns and waiting, and no routes, variants or clients. Bytes behind an
 * answer, or beside any, never reach a receiver: their connection is closed and counted.
 */
@NullMarked
package io.crossfade.upstream;

import org.jspecify.annotations.NullMarked;
