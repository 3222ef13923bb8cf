package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.observe.RolloutFeed;
import io.crossfade.rollout.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control thread, {@code crossfade-control}: observations, operations and answers of the ledger in, weights and moves out.
 *
 * <p>It owns the rollouts and waits for nothing but its feed. Restart is replay. Where the journal cannot be read, everybody
 * stays on the baseline and every operation is refused.
 */
public final class Control implements ControlApi, AutoCloseable {
    /** How often what the disk refused is tried again, the time is noted and statuses are made anew. */
    private static final long HOUSEKEEPING_MILLIS = 1_000;

    private static final long CLOSE_MILLIS = 5_000;

    /** How long a start waits for the first moves to be durable; then the listeners open all the same. */
    private static final long START_MILLIS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(Control.class);

    private final Supplier<ControlSettings> settings;
    private final RolloutFeed feed;
    private final WeightSink sink;
    private final RecentEvents recent = new RecentEvents();
    private final RecentReports reports;
    private final StatusBoard board;
    private final Inbox inbox;
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "crossfade-control");

    // All of these belong to the control thread once it runs.
    private Ledger ledger;
    private final Timeline timeline;
    private final Watches watches;
    private final Desk desk;
    private long windowEnds;
    private long housekeepingAt;

    /**
     * Replays the ledger and returns when every weight is in force.
     *
     * @param settings asked again and again: they may change while the thread runs
     * @param rollouts in the order of the configuration
     */
    public static Control start(
            Ledger ledger, Supplier<ControlSettings> settings, List<Numbered> rollouts, Surroundings surroundings) {
        Control control = new Control(ledger, settings, rollouts, surroundings);
        control.thread.start();
        control.ready.join();
        return control;
    }

    private Control(Ledger ledger, Supplier<ControlSettings> settings, List<Numbered> rollouts, Surroundings around) {
        this.settings = settings;
        this.feed = around.feed();
        this.sink = around.sink();
        this.ledger = ledger;
        this.inbox = new Inbox(feed, () -> settings.get().operationQueue());
        this.reports = new RecentReports(() -> settings.get().reports());
        this.board = new StatusBoard(() -> this.ledger, feed);
        Recovery recovery = ledger.recovery();
        recovery.remind(recent);
        this.timeline = new Timeline(around.monotonicNanos(), around.wallMillis(), 0);
        Means means = new Means(feed, sink, () -> this.ledger, timeline, recent, reports, board);
        this.watches = new Watches(means, recovery);
        this.desk = new Desk(watches, () -> this.ledger, () -> settings.get().operationQueue());
        watches.configure(rollouts);
        watches.dismissUnnamed(timeline.nowMillis());
        board.show(watches.all());
        thread.setDaemon(true);
    }

    // ---- what other threads call

    @Override
    public List<RolloutStatus> statuses() {
        return board.statuses();
    }

    @Override
    public Optional<RolloutStatus> status(String rollout) {
        return board.status(rollout);
    }

    @Override
    public List<JournaledEvent> eventsAfter(long after, int max) {
        return recent.after(after, max);
    }

    @Override
    public List<Report> reports() {
        return reports.all();
    }

    @Override
    public Optional<Report> report(long sequence) {
        return reports.get(sequence);
    }

    @Override
    public AutoCloseable subscribe(Consumer<JournaledEvent> listener) {
        return recent.subscribe(listener);
    }

    @Override
    public Health health() {
        return board.health();
    }

    @Override
    public CompletableFuture<Operation.Receipt> submit(String rollout, Operation operation) {
        CompletableFuture<Operation.Receipt> receipt = new CompletableFuture<>();
        inbox.operation(
                now -> answer(new Desk.Request(rollout, operation, now, receipt), now),
                why -> receipt.complete(new Operation.Receipt(Operation.Result.OVERLOADED, why, 0)));
        return receipt;
    }

    @Override
    public CompletableFuture<Operation.Receipt> accept(String actor, String reason) {
        CompletableFuture<Operation.Receipt> receipt = new CompletableFuture<>();
        inbox.operation(
                now -> receipt.complete(acceptance(actor, reason, now)),
                why -> receipt.complete(new Operation.Receipt(Operation.Result.OVERLOADED, why, 0)));
        return receipt;
    }

    /**
     * Watches these rollouts from now on and no others; completes when the weights that follow are in force.
     *
     * <p>A new one begins where the journal left its name. A changed plan is taken up as a restart would: evidence stays where
     * the analysis is set as before. Where another rollout has the name, it begins as a draft, in force with the configuration
     * that brings it. One that is not named any more and is under way goes to its baseline first, and the journal says so. The
     * others go on untouched.
     *
     * @return completes on the control thread; exceptionally when that has ended, or when a number is another name's
     */
    public CompletableFuture<@Nullable Void> configure(List<Numbered> rollouts) {
        List<Numbered> all = List.copyOf(rollouts);
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        inbox.post(now -> configure(all, now, done), why -> done.completeExceptionally(new IllegalStateException(why)));
        return done;
    }

    /** Ends the thread and gives the folder free; weights stay as they are. */
    @Override
    public void close() {
        if (inbox.open()) {
            inbox.end("the server is stopping");
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        inbox.refuseAll();
    }

    // ---- the thread

    private void run() {
        try {
            begin(ledger);
            watches.all().forEach(this::putInForce);
            pass();
            awaitFirstMoves(tickNanos());
            ready.complete(null);
            watches.all().forEach(watch -> Rehearsal.play(watch.rollout().plan()));
            while (inbox.open()) {
                feed.await(tickNanos());
                pass();
            }
            ledger.close();
            inbox.runAll(timeline::nowMillis); // what the ledger answered last
        } catch (RuntimeException | Error bug) {
            log.error("the control thread ends; everybody goes to the baseline", bug);
            inbox.end("the control thread has ended by a bug of ours: " + bug);
            board.ended(inbox.ended());
            watches.all().forEach(watch -> sink.weight(watch.number(), 0, true));
            ledger.close();
        } finally {
            ready.complete(null);
            inbox.refuseAll();
            desk.close(inbox.ended());
        }
    }

    private void begin(Ledger next) {
        next.begin(answer -> inbox.answer(() -> settle(answer)));
    }

    private void settle(Runnable answer) {
        answer.run();
        board.changed();
    }

    private void putInForce(Watch watch) {
        sink.weight(watch.number(), 0, true); // as a rollback does, which then finds its code loaded
        watch.putInForce();
    }

    private void awaitFirstMoves(long tickNanos) {
        long until = timeline.nowMillis() + START_MILLIS;
        while (inbox.open() && watches.all().stream().anyMatch(Watch::pending) && timeline.nowMillis() < until) {
            feed.await(tickNanos);
            pass();
        }
    }

    /** One look at everything; in its order a failure comes before an operation, and both before housekeeping. */
    private void pass() {
        long now = timeline.nowMillis();
        feed.drain(this::observed);
        watches.all().forEach(watch -> watch.look(now, false));
        inbox.runAll(timeline::nowMillis);
        desk.look(now);
        closeWindows(now);
        saveOne(now);
        if (board.stale() || now >= housekeepingAt) {
            keepHouse(now);
            board.publish(now);
        }
    }

    /** What ends of a rollout that nobody watches any more is nobody's evidence. */
    private void observed(int rollout, long unit, int flags, long slot, int baselineOk, int canaryOk) {
        Watch watch = watches.numbered(rollout);
        if (watch != null) {
            watch.batches().observed(unit, flags, slot, baselineOk, canaryOk);
        }
    }

    private void answer(Desk.Request request, long now) {
        if (inbox.open()) {
            desk.answer(request, now);
        } else {
            request.receipt().complete(new Operation.Receipt(Operation.Result.OVERLOADED, inbox.ended(), 0));
        }
    }

    private Operation.Receipt acceptance(String actor, String reason, long now) {
        if (!inbox.open()) {
            return new Operation.Receipt(Operation.Result.OVERLOADED, inbox.ended(), 0);
        }
        List<String> names = watches.all().stream().map(Watch::name).toList();
        try {
            return ledger.accept(new Ledger.Acceptance(actor, reason, timeline.wall(), names))
                    .map(next -> goOnWith(next, now))
                    .orElseGet(() -> new Operation.Receipt(
                            Operation.Result.ILLEGAL, "the journal is not damaged: there is nothing to accept", 0));
        } catch (IOException e) {
            log.error("the damaged journal cannot be put aside", e);
            return new Operation.Receipt(Operation.Result.JOURNAL_UNAVAILABLE, String.valueOf(e.getMessage()), 0);
        }
    }

    private Operation.Receipt goOnWith(Ledger next, long now) {
        ledger = next;
        Recovery recovery = next.recovery();
        recovery.remind(recent);
        List<Watch> anew = watches.recover(recovery);
        begin(next);
        anew.forEach(this::putInForce);
        board.publish(now);
        String detail = "accepted, line " + next.sequence()
                + " says so; what was under way is rolled back: retry begins it anew";
        return new Operation.Receipt(Operation.Result.ACCEPTED, detail, next.sequence());
    }

    private void configure(List<Numbered> rollouts, long now, CompletableFuture<@Nullable Void> done) {
        if (done.isDone()) {
            return; // whoever asked has given it up
        }
        Optional<String> mistake = watches.mistake(rollouts);
        if (mistake.isPresent()) {
            done.completeExceptionally(new IllegalArgumentException(mistake.get()));
            return;
        }
        watches.configure(rollouts).forEach(this::putInForce);
        board.show(watches.all());
        ledger.saveAll();
        board.publish(now);
        done.complete(null);
    }

    private long tickNanos() {
        return settings.get().tick().toNanos();
    }

    // ---- housekeeping

    private void closeWindows(long now) {
        if (now >= windowEnds) {
            watches.all().forEach(watch -> watch.batches().closeWindow());
            windowEnds = now + settings.get().window().toMillis();
        }
    }

    private void keepHouse(long now) {
        if (now < housekeepingAt) {
            return;
        }
        housekeepingAt = now + HOUSEKEEPING_MILLIS;
        ledger.keepHouse(now);
        if (watches.all().stream().anyMatch(watch -> watch.state().phase() == Phase.BAKING)) {
            ledger.evidence(new EvidenceLine.Clock(ledger.sequence(), now));
        }
    }

    /** At most one in each look, because a failure may wait behind it. */
    private void saveOne(long now) {
        if (!ledger.savingDue()) {
            return;
        }
        for (Watch watch : watches.all()) {
            if (watch.state().attempt() > 0 && ledger.savingDue(watch.name())) {
                ledger.save(new EvidenceLine.Checkpoint(
                        watch.sequence(),
                        now,
                        watch.name(),
                        watch.rollout().evidence().save()));
                return;
            }
        }
        ledger.allSaved(now);
    }
}
