/**
 * The commands that talk to a server's admin API; of ours they know the wire records alone.
 *
 * <p>Exit codes are part of the contract: {@link io.crossfade.admin.cli.Exit}.
 */
@NullMarked
package io.crossfade.admin.cli;

import org.jspecify.annotations.NullMarked;
