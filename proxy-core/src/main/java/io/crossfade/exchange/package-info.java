/**
 * One request on its way: the only room that knows all others, and lists them in their order.
 *
 * <p>{@link io.crossfade.exchange.Exchange} stands between two doors. The client's is a {@link io.crossfade.exchange.ClientStream},
 * the upstream's a call that a {@code Try} has made. An exchange is idle, begun, connecting, awaiting or answering; it ends once, with
 * one outcome. Around it stand values and rules that do not know it: {@code Assignment} (which variant, and why), {@code Permit} (the
 * leave to call it), {@code Patience} (for whom it waits), {@code SecondTry} (whether it is asked again, and of whom).
 *
 * <p>{@link io.crossfade.exchange.EdgeLoop} holds the tools of one event loop, {@link io.crossfade.exchange.Deadlines} its
 * deadlines. Everything belongs to that loop: no lock, no hop, and no clock but the loop's own.
 *
 * <p>No byte of a protocol is read or written here, the snapshot is read once, and no exchange ends without its permit settled and
 * its buffers released.
 */
@NullMarked
package io.crossfade.exchange;

import org.jspecify.annotations.NullMarked;
