package io.crossfade.runtime;

import io.crossfade.config.Change;
import io.crossfade.config.Config;
import io.crossfade.config.ConfigDiff;
import io.crossfade.config.LoadResult;
import io.crossfade.config.Problem;
import io.crossfade.control.Numbered;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts configurations in force, one after the other, each whole or not at all: read, compared, compiled, its addresses bound, taken over
 * by the control thread, published. Whatever asks for a reload ends here. Any thread but an event loop or the control thread.
 */
final class Reloads {
    /** The control thread answers within a look at everything; a disk that hangs does not keep it. */
    private static final long CONTROL_SECONDS = 30;

    private static final int MOST_LOGGED = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    private final DataPlane dataPlane;
    private final Function<List<Numbered>, CompletableFuture<@Nullable Void>> control;
    private final LongSupplier wallMillis;
    private volatile Reload.Status status;

    /** @param control lets the control thread watch these rollouts */
    Reloads(
            DataPlane dataPlane,
            Function<List<Numbered>, CompletableFuture<@Nullable Void>> control,
            LongSupplier wallMillis) {
        this.dataPlane = dataPlane;
        this.control = control;
        this.wallMillis = wallMillis;
        this.status = new Reload.Status(true, wallMillis.getAsLong(), "the start", false, List.of());
    }

    Reload.Status status() {
        return status;
    }

    /** As {@link ServerApi#reload} has it. */
    synchronized Reload reload(String origin, boolean file, Supplier<LoadResult> source) {
        Reload result;
        try {
            LoadResult read = source.get();
            result = read instanceof LoadResult.Loaded loaded
                    ? replace(origin, loaded.config())
                    : new Reload.Refused(((LoadResult.Rejected) read).problems());
        } catch (RuntimeException bug) {
            LOG.error("reload from {} failed by a mistake of ours", origin, bug);
            result = refused(origin, "", "internal error: " + bug);
        }
        tell(origin, file, result);
        return result;
    }

    private Reload replace(String origin, Config next) {
        List<Change> changes = ConfigDiff.between(dataPlane.inForce().config(), next);
        List<Problem> restarts = changes.stream()
                .filter(Change::restart)
                .map(change ->
                        problem(origin, place(change), "needs a restart: " + change.before() + " -> " + change.after()))
                .toList();
        if (!restarts.isEmpty()) {
            return new Reload.Refused(restarts);
        }
        DataPlane.Prepared prepared;
        try {
            prepared = dataPlane.prepare(next);
        } catch (IOException | IllegalArgumentException e) {
            return refused(origin, "", String.valueOf(e.getMessage()));
        }
        String trouble = watch(prepared.rollouts());
        if (!trouble.isEmpty()) {
            prepared.abandon();
            return refused(origin, "rollouts", trouble);
        }
        prepared.commit();
        return new Reload.Done(changes);
    }

    /** Empty when the control thread watches them now. */
    private String watch(List<Numbered> rollouts) {
        CompletableFuture<@Nullable Void> taken = control.apply(rollouts);
        try {
            taken.get(CONTROL_SECONDS, TimeUnit.SECONDS);
            return "";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return "the control thread does not take them: " + (cause == null ? e : cause).getMessage();
        } catch (TimeoutException e) {
            taken.cancel(false); // it must not take up later what is refused now
            return "the control thread does not take them within " + CONTROL_SECONDS + " s";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the server is stopping";
        }
    }

    private void tell(String origin, boolean file, Reload result) {
        Reload.Status before = status;
        if (result instanceof Reload.Done done) {
            status = new Reload.Status(true, wallMillis.getAsLong(), origin, !file, List.of());
            LOG.info("reload from {}: {}", origin, summary(done.changes()));
        } else {
            List<Problem> problems = ((Reload.Refused) result).problems();
            status = new Reload.Status(
                    false, before.successMillis(), before.origin(), before.differsFromFile(), problems);
            LOG.warn(
                    "reload from {} refused, nothing has changed: {} problem(s): {}",
                    origin,
                    problems.size(),
                    first(problems));
        }
    }

    private static String summary(List<Change> changes) {
        return changes.isEmpty() ? "no changes" : changes.size() + " change(s): " + first(changes);
    }

    private static String first(List<?> things) {
        return things.stream().limit(MOST_LOGGED).map(Object::toString).collect(Collectors.joining("; "))
                + (things.size() > MOST_LOGGED ? "; ..." : "");
    }

    private static String place(Change change) {
        return List.of(change.section(), change.name(), change.key()).stream()
                .filter(word -> !word.isEmpty())
                .collect(Collectors.joining("."));
    }

    private static Reload refused(String origin, String key, String message) {
        return new Reload.Refused(List.of(problem(origin, key, message)));
    }

    private static Problem problem(String origin, String key, String message) {
        return new Problem(origin, 0, 0, key, message);
    }
}
