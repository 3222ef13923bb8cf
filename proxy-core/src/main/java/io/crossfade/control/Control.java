package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.observe.RolloutFeed;
import io.crossfade.rollout.Phase;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

    /** What is judged in one look, in observations of which each takes about 6 microseconds. */
    private static final int WORK = 200;

    /** What else is done in one look: requests that are answered, latency windows that are closed. */
    private static final int FEW = 16;

    private static final long CLOSE_MILLIS = 5_000;

    /** How long a start waits for the first moves to be durable; then the listeners open all the same. */
    private static final long START_MILLIS = 5_000;

    private static final Logger log = LoggerFactory.getLogger(Control.class);

    /** A control thread that has not looked for so long does not decide any more, whatever keeps it. */
    private static final long ALIVE_NANOS = 10_000_000_000L;

    private final Supplier<ControlSettings> settings;
    private final RolloutFeed feed;
    private final WeightSink sink;
    private final RecentEvents recent = new RecentEvents();
    private final RecentReports reports;
    private final StatusBoard board;
    private final Inbox inbox;
    private final LongSupplier monotonicNanos;
    private volatile long lookedNanos;
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "crossfade-control");

    // All of these belong to the control thread once it runs.
    private Ledger ledger;
    private final Timeline timeline;
    private final Watches watches;
    private final Desk desk;
    private final UnitRoom unitRoom = new UnitRoom();
    private final Deque<Watch> toLookAt = new ArrayDeque<>();
    private final Deque<Watch> windows = new ArrayDeque<>();
    private final Deque<CompletableFuture<@Nullable Void>> configured = new ArrayDeque<>();
    private @Nullable Runnable alone;
    private boolean waited = true;
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
        this.monotonicNanos = around.monotonicNanos();
        this.lookedNanos = monotonicNanos.getAsLong();
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
        board.show(watches.all(), timeline.nowMillis());
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
    public boolean alive() {
        return inbox.open() && monotonicNanos.getAsLong() - lookedNanos < ALIVE_NANOS;
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
        inbox.post(
                now -> alone = () -> configure(all, done),
                why -> done.completeExceptionally(new IllegalStateException(why)));
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
                feed.await(mayRest() ? tickNanos() : 0);
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
            configured.forEach(done -> done.complete(null));
            desk.close(inbox.ended());
        }
    }

    private void begin(Ledger next) {
        next.begin(answer -> inbox.answer(() -> settle(answer)));
    }

    private void settle(Runnable answer) {
        answer.run();
        board.healthChanged();
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

    /**
     * One look. In its order a failure comes before an operation, and both before housekeeping. No look takes long, because a failure
     * may wait behind it: what there is more to do is done in the next ones, which follow at once.
     */
    private void pass() {
        lookedNanos = monotonicNanos.getAsLong();
        long now = timeline.nowMillis();
        Runnable first = alone;
        if (first != null) {
            alone = null;
            first.run();
            return;
        }
        if (toLookAt.isEmpty()) {
            feed.drain(this::observed);
            toLookAt.addAll(watches.all());
            waited = true;
        } else {
            waited = false;
        }
        judge(now);
        if (!toLookAt.isEmpty()) {
            return;
        }
        answerSome();
        desk.look(now);
        closeWindows(now);
        unitRoom.keep(watches.known(), now);
        saveOne(now);
        keepHouse(now);
        board.publishSome(now);
        while (!board.isBehind() && !configured.isEmpty()) {
            configured.removeFirst().complete(null);
        }
    }

    /** Judges what was seen, rollout by rollout; of one that has seen a great deal some, and the rest when the others had their turn. */
    private void judge(long now) {
        int work = 0;
        while (work < WORK && !toLookAt.isEmpty()) {
            Watch watch = toLookAt.removeFirst();
            work += watch.look(now, false);
            if (watch.behind()) {
                toLookAt.addLast(watch);
            }
        }
    }

    private void answerSome() {
        boolean more = true;
        for (int i = 0; more && alone == null && i < FEW; i++) {
            more = inbox.runOne(timeline::nowMillis);
        }
    }

    /** Whether nothing is to be done but to wait; a bell that rang while not all was judged was not answered. */
    private boolean mayRest() {
        boolean judged = toLookAt.isEmpty() && waited;
        boolean configuring = alone != null || !configured.isEmpty();
        return judged && !configuring && inbox.isEmpty() && windows.isEmpty() && !board.isBehind();
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
        board.show(watches.all(), now);
        String detail = "accepted, line " + next.sequence()
                + " says so; what was under way is rolled back: retry begins it anew";
        return new Operation.Receipt(Operation.Result.ACCEPTED, detail, next.sequence());
    }

    private void configure(List<Numbered> rollouts, CompletableFuture<@Nullable Void> done) {
        if (done.isDone()) {
            return; // whoever asked has given it up
        }
        Optional<String> mistake = watches.mistake(rollouts);
        if (mistake.isPresent()) {
            done.completeExceptionally(new IllegalArgumentException(mistake.get()));
            return;
        }
        watches.configure(rollouts).forEach(this::putInForce);
        ledger.saveAll();
        windows.retainAll(watches.all());
        board.showSoon(watches.all());
        configured.addLast(done); // when all of it is shown
    }

    private long tickNanos() {
        return settings.get().tick().toNanos();
    }

    // ---- housekeeping

    private void closeWindows(long now) {
        if (now >= windowEnds && windows.isEmpty()) {
            windows.addAll(watches.all());
            windowEnds = now + settings.get().window().toMillis();
        }
        for (int i = 0; i < FEW && !windows.isEmpty(); i++) {
            windows.removeFirst().batches().closeWindow();
        }
    }

    private void keepHouse(long now) {
        if (now < housekeepingAt) {
            return;
        }
        housekeepingAt = now + HOUSEKEEPING_MILLIS;
        board.age(watches.all());
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
