/**
 * Which variant a unit gets: key, hash, bucket, split.
 *
 * <p>{@code UnitKeys} lists where a unit's key may come from, in order. {@code XxHash64} makes 64 bits of it and of the rollout's salt,
 * {@code Buckets} one of 100,000 buckets, and a {@code Split} gives the buckets below the weight to the canary.
 *
 * <p>Nothing is remembered of a user. A growing weight moves nobody back, a shrinking one moves only the excess, and the same key
 * has the same variant on every replica and after every restart. So the hash is part of the contract: a test holds its values.
 *
 * <p>JDK only, no allocation for a key, any thread.
 */
@NullMarked
package io.crossfade.assign;

import org.jspecify.annotations.NullMarked;
