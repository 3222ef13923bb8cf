package io.crossfade.admin.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/**
 * Remembers the answers given under an Idempotency-Key, per rollout, for 24 hours, a bounded number of them. Only answers that
 * will stay true are kept: what was refused for a passing reason may be tried again under the same key.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whenComplete is the listener
final class Idempotency {
    private static final Duration KEPT = Duration.ofHours(24);

    private final IntSupplier maxKeys;
    private final Cache<Key, Entry> entries;

    /** @param maxKeys asked whenever a key is remembered */
    Idempotency(Ticker ticker, IntSupplier maxKeys) {
        this.maxKeys = maxKeys;
        this.entries = Caffeine.newBuilder()
                .maximumSize(maxKeys.getAsInt())
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    record Key(String rollout, String key) {}

    private record Entry(String body, CompletableFuture<Answer> answer) {}

    /** The answer for a key that was seen before (perhaps still to come); empty when the key is new. */
    Optional<CompletableFuture<Answer>> seen(Key key, String body) {
        Entry entry = entries.getIfPresent(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!entry.body.equals(body)) {
            return Optional.of(CompletableFuture.completedFuture(Answer.problem(
                    ProblemType.IDEMPOTENCY_CONFLICT, "this key came with another body before; take a new key")));
        }
        return Optional.of(entry.answer.thenApply(answer -> answer.with("Idempotent-Replayed", "true")));
    }

    void remember(Key key, String body, CompletableFuture<Answer> answer) {
        entries.policy().eviction().ifPresent(bound -> bound.setMaximum(maxKeys.getAsInt()));
        entries.put(key, new Entry(body, answer));
        answer.whenComplete((given, error) -> {
            if (given == null || !lasting(given.status())) {
                entries.invalidate(key);
            }
        });
    }

    private static boolean lasting(int status) {
        return status == 202 || status == 409 || status == 422;
    }
}
