/**
 * The admin API on its own listener and its own event loop; it shares no thread with the data plane.
 *
 * <p>A connection goes {@link io.crossfade.admin.server.Connection} (bytes, one request at a time) -> {@link
 * io.crossfade.admin.server.Doorkeeper} (may this call come in) -> {@link io.crossfade.admin.server.Api} (which resource) -> a
 * {@link io.crossfade.admin.server.Reply}. No GET changes anything.
 */
@NullMarked
package io.crossfade.admin.server;

import org.jspecify.annotations.NullMarked;
