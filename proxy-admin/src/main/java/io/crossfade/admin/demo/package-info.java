/**
 * A whole rollout in one process: two services, their users, the proxy between them, a bug, and the way back and forth.
 *
 * <p>Everything is real but the services: sockets, configuration file, journal, analysis, admin API.
 */
@NullMarked
package io.crossfade.admin.demo;

import org.jspecify.annotations.NullMarked;
