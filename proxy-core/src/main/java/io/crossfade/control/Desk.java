package io.crossfade.control;

import io.crossfade.control.Operation.Receipt;
import io.crossfade.control.Operation.Result;
import io.crossfade.rollout.Answer;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.Input;
import io.crossfade.rollout.RolloutState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Answers operations: checks, asks the rollout, carries out; owned by the control thread.
 *
 * <p>An operation that must wait for a pending move is kept and asked anew when that move is settled, at most until the ledger
 * does not answer. One whose own move waits for the ledger is answered when it is durable, or after a while with the news
 * that it waits.
 */
final class Desk {
    /** How long an operator waits for the ledger before he is told that it is silent. */
    static final long ANSWER_MILLIS = 5_000;

    private static final int MAX_TEXT = 2_000;

    private final Watches watches;
    private final Supplier<Ledger> ledger;
    private final IntSupplier mostKept;
    private final List<Request> kept = new ArrayList<>();
    private final List<Request> underway = new ArrayList<>();

    /** An operation and who waits for its receipt. */
    record Request(String rollout, Operation operation, long sinceMillis, CompletableFuture<Receipt> receipt) {}

    /** @param mostKept operations that may wait for pending moves */
    Desk(Watches watches, Supplier<Ledger> ledger, IntSupplier mostKept) {
        this.watches = watches;
        this.ledger = ledger;
        this.mostKept = mostKept;
    }

    void answer(Request request, long now) {
        try {
            examine(request, now);
        } catch (RuntimeException | Error bug) {
            String why = "the control thread has ended by a bug of ours";
            request.receipt().complete(new Receipt(Result.OVERLOADED, why, 0));
            throw bug;
        }
    }

    private void examine(Request request, long now) {
        Optional<Watch> found = watches.named(request.rollout());
        if (found.isEmpty()) {
            String detail = "no rollout \"" + request.rollout() + "\"";
            request.receipt().complete(new Receipt(Result.UNKNOWN_ROLLOUT, detail, 0));
            return;
        }
        Watch watch = found.get();
        Optional<Receipt> refusal = check(watch, request.operation(), now);
        if (refusal.isPresent()) {
            request.receipt().complete(refusal.get());
            return;
        }
        if (!request.operation().dryRun()) {
            watch.look(now, true); // what the closed batch shows goes first
        }
        ask(watch, request, now);
    }

    private Optional<Receipt> check(Watch watch, Operation operation, long now) {
        Ledger.Standing standing = ledger.get().standing(now);
        if (!standing.readable()) {
            return Optional.of(receipt(watch, Result.JOURNAL_UNAVAILABLE, standing.problem()));
        }
        if (operation.ifVersion() != null && operation.ifVersion() != watch.version()) {
            return Optional.of(receipt(watch, Result.STALE, "the version is " + watch.version()));
        }
        if (operation.actor().length() > MAX_TEXT || operation.reason().length() > MAX_TEXT) {
            String detail = "actor and reason: at most " + MAX_TEXT + " characters";
            return Optional.of(receipt(watch, Result.INVALID, detail));
        }
        return Optional.empty();
    }

    private void ask(Watch watch, Request request, long now) {
        Operation operation = request.operation();
        Answer answer = watch.ask(new Input.Asked(
                now,
                operation.verb(),
                operation.actor(),
                operation.reason(),
                operation.weight(),
                operation.mode(),
                operation.scope()));
        if (answer instanceof Answer.Refused refused) {
            request.receipt().complete(receipt(watch, Result.ILLEGAL, refused.detail()));
        } else if (answer instanceof Answer.Invalid invalid) {
            request.receipt().complete(receipt(watch, Result.INVALID, invalid.detail()));
        } else {
            carryOut(watch, request, (Answer.Decided) answer, now);
        }
    }

    private void carryOut(Watch watch, Request request, Answer.Decided decided, long now) {
        boolean mustWait = watch.mustWait(decided);
        RolloutState after = mustWait ? Move.after(watch.state(), decided.events()) : watch.after(decided, now);
        String detail = Watch.detail(watch.state(), after) + gates(decided);
        if (request.operation().dryRun()) {
            request.receipt().complete(receipt(watch, Result.ACCEPTED, "would be: " + detail));
        } else if (mustWait) {
            keep(watch, request, now);
        } else if (ledger.get().full() && after.weight() >= watch.state().weight()) {
            request.receipt()
                    .complete(receipt(
                            watch,
                            Result.JOURNAL_UNAVAILABLE,
                            ledger.get().standing(now).problem()));
        } else {
            underway.add(request);
            watch.move(decided.events(), now, settled -> {
                underway.remove(request);
                request.receipt().complete(receipt(watch, settled, detail));
            });
        }
    }

    /** The gates that a decision opens or comes to, in words. */
    private static String gates(Answer.Decided decided) {
        StringBuilder words = new StringBuilder();
        for (Event event : decided.events()) {
            if (event instanceof Event.GatePassed passed) {
                words.append(", opens the gate of step ").append(passed.step() + 1);
            } else if (event instanceof Event.GateReached reached) {
                words.append(", waits at the gate of step ").append(reached.step() + 1);
            }
        }
        return words.toString();
    }

    private void keep(Watch watch, Request request, long now) {
        if (!ledger.get().standing(now).writable()) {
            request.receipt().complete(silent(watch, now));
        } else if (kept.size() >= mostKept.getAsInt()) {
            String detail = mostKept.getAsInt() + " operations wait for the journal already; try again";
            request.receipt().complete(receipt(watch, Result.OVERLOADED, detail));
        } else {
            kept.add(request);
        }
    }

    /** Asks those anew that need not wait any more; tells those who have waited too long. */
    void look(long now) {
        boolean writable = kept.isEmpty() || ledger.get().standing(now).writable();
        for (Request request : List.copyOf(kept)) {
            Optional<Watch> watch = watches.named(request.rollout());
            if (watch.isEmpty() || !watch.get().pending()) {
                kept.remove(request);
                answer(request, now);
            } else if (!writable) {
                kept.remove(request);
                request.receipt().complete(silent(watch.get(), now));
            }
        }
        for (Iterator<Request> each = underway.iterator(); each.hasNext(); ) {
            Request request = each.next();
            if (now - request.sinceMillis() >= ANSWER_MILLIS) {
                each.remove();
                watches.named(request.rollout())
                        .ifPresent(watch -> request.receipt().complete(late(watch, now)));
            }
        }
    }

    /** The control thread ends: whoever waits is told why. */
    void close(String why) {
        for (Request request : kept) {
            request.receipt().complete(new Receipt(Result.OVERLOADED, why, 0));
        }
        for (Request request : underway) {
            String detail = why + "; the journal knows whether it was done";
            request.receipt().complete(new Receipt(Result.OVERLOADED, detail, 0));
        }
        kept.clear();
        underway.clear();
    }

    private static Receipt receipt(Watch watch, Watch.Settled settled, String detail) {
        return switch (settled.how()) {
            case DONE -> receipt(watch, Result.ACCEPTED, detail);
            case REFUSED -> receipt(watch, Result.JOURNAL_UNAVAILABLE, settled.why());
            case OVERTAKEN -> receipt(watch, Result.STALE, "overtaken: " + settled.why());
        };
    }

    private Receipt silent(Watch watch, long now) {
        String detail = watch.waiting() + "; until then only what goes towards the baseline ("
                + ledger.get().standing(now).problem() + ")";
        return receipt(watch, Result.JOURNAL_UNAVAILABLE, detail);
    }

    private Receipt late(Watch watch, long now) {
        String detail = String.format(
                Locale.ROOT,
                "%s; it is not given up: rollback or hold before then cancels it (%s)",
                watch.waiting(),
                ledger.get().standing(now).problem());
        return receipt(watch, Result.JOURNAL_UNAVAILABLE, detail);
    }

    static Receipt receipt(Watch watch, Result result, String detail) {
        return new Receipt(result, detail, watch.version());
    }
}
