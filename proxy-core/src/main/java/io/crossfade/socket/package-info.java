/**
 * The truth about one TCP connection, and the kernel interfaces that carry connections.
 *
 * <p>{@link io.crossfade.socket.SocketEnd} is the only class that asks a channel whether bytes are unsent, whether the kernel may
 * hold more, whether the peer has gone without a word, and the only one that cuts or half-closes. The doors of {@code client} and
 * {@code upstream} extend it. What a layer below changes about these questions, such as TLS, is changed here alone.
 *
 * <p>{@link io.crossfade.socket.Sockets} holds the options of listening, accepted and connecting sockets;
 * {@link io.crossfade.socket.Connector} makes connections, so that a test can make them of something else.
 *
 * <p>This room knows bytes and no protocol. All of it belongs to the event loop of its connection, unless a method says otherwise.
 */
@NullMarked
package io.crossfade.socket;

import org.jspecify.annotations.NullMarked;
