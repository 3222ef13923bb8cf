/**
 * The one thread that decides, and what it needs to wait for nothing.
 *
 * <p>{@code Control} is the thread and its pass: observations first, then each {@code Watch}, then tasks from others, then
 * housekeeping. A {@code Watch} drives one rollout: it looks, judges, and makes a {@code Move}. The {@code Desk} answers
 * operators. {@code Watches} lets rollouts come, change and go. {@code Recovery} replays. The {@code StatusBoard} publishes.
 *
 * <p>A {@code Move} says what acts before what is durable. A {@code Ledger} makes it durable and answers through the tasks;
 * {@code DiskLedger} has a thread of its own for that. At most one move of a rollout is pending. While it is, time decides
 * nothing, and what goes towards the baseline overtakes it.
 *
 * <p>Everything here belongs to the control thread but the ledger's files, which belong to the disk thread, and what the
 * board and the recent events show. What never happens: the control thread waits for a disk; a weight above what is on disk is
 * in force; a state changes but by a journaled event; the wall clock decides.
 */
@NullMarked
package io.crossfade.control;

import org.jspecify.annotations.NullMarked;
