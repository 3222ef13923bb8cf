package io.crossfade.control;

import io.crossfade.config.ControlSettings;
import io.crossfade.observe.RolloutFeed;
import io.crossfade.rollout.Answer;
import io.crossfade.rollout.Event;
import io.crossfade.rollout.Input;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Phase;
import io.crossfade.rollout.Rollout;
import io.crossfade.rollout.RolloutState;
import io.crossfade.rollout.Verb;
import io.crossfade.rollout.analysis.Batch;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control thread, {@code crossfade-control}: observations and operations in, journal written, weights out.
 *
 * <p>Moves towards the canary are persisted first, then act; moves towards the baseline act first, then are persisted. Restart
 * is replay: the journal gives phase, step and weight, the evidence log gives the evidence, and what was not recorded did not
 * happen. Where the journal cannot be read, everybody stays on the baseline and every operation is refused; the folder is
 * left as it is.
 */
public final class Control implements ControlApi, AutoCloseable {
    /** How often what the disk refused is tried again, the time is noted and statuses are made anew. */
    private static final long HOUSEKEEPING_MILLIS = 1_000;

    private static final long CLOSE_MILLIS = 5_000;
    private static final int MAX_TEXT = 2_000;

    /** The reason of a rollback because the configuration does not name the rollout any more. */
    private static final String REMOVED = "removed";

    private static final Logger log = LoggerFactory.getLogger(Control.class);

    private final ControlSettings settings;
    private final RolloutFeed feed;
    private final WeightSink sink;
    private final LongSupplier wallMillis;
    private final RecentEvents recent = new RecentEvents();
    private final BlockingQueue<Submitted> operations;
    private final Queue<Configuration> configurations = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private final Thread thread;

    // All of these belong to the control thread once it runs.
    private Map<Integer, Watch> watches = new LinkedHashMap<>();
    private final Map<Integer, Watch> retired = new HashMap<>();
    private final Recovery recovery;
    private final @Nullable Records records;
    private final Timeline timeline;
    private long windowEnds;
    private long housekeepingAt;
    private boolean changed = true;
    private @Nullable EvidenceLine unwritten;

    private volatile Map<String, RolloutStatus> statuses = Map.of();
    private volatile Health health;
    private volatile boolean running = true;

    /** What an operation is told when {@link #running} is no more. */
    private volatile String ended = "the server is stopping";

    /** An operation on its way to the control thread. */
    private record Submitted(String rollout, Operation operation, CompletableFuture<Operation.Receipt> receipt) {}

    private record Configuration(List<Numbered> rollouts, CompletableFuture<@Nullable Void> done) {}

    /** Both logs and the folder they are in. */
    private record Records(Storage storage, Journal journal, EvidenceLog evidence) {}

    /**
     * Replays the data folder and returns when every weight is in force.
     *
     * @param data folder of journal and evidence; made when missing
     * @param rollouts in the order of the configuration
     * @param monotonicNanos such as {@code System::nanoTime}; all decisions go by it
     * @param wallMillis such as {@code System::currentTimeMillis}; for people alone
     * @throws FolderInUseException when another server has the folder; any other trouble with it is told by {@link #health}
     */
    public static Control start(
            Path data,
            ControlSettings settings,
            List<Numbered> rollouts,
            RolloutFeed feed,
            WeightSink sink,
            LongSupplier monotonicNanos,
            LongSupplier wallMillis)
            throws FolderInUseException {
        Storage storage = null;
        String problem = "";
        try {
            storage = Disk.open(data);
        } catch (FolderInUseException e) {
            throw e;
        } catch (NotDirectoryException e) {
            problem = unusable(e.getMessage());
        } catch (IOException e) {
            problem = unusable(data + ": " + e);
        }
        return start(storage, problem, settings, rollouts, feed, sink, monotonicNanos, wallMillis);
    }

    static Control start(
            @Nullable Storage storage,
            String problem,
            ControlSettings settings,
            List<Numbered> rollouts,
            RolloutFeed feed,
            WeightSink sink,
            LongSupplier monotonicNanos,
            LongSupplier wallMillis) {
        Control control = new Control(storage, problem, settings, rollouts, feed, sink, monotonicNanos, wallMillis);
        control.thread.start();
        control.ready.join();
        return control;
    }

    private Control(
            @Nullable Storage storage,
            String problem,
            ControlSettings settings,
            List<Numbered> rollouts,
            RolloutFeed feed,
            WeightSink sink,
            LongSupplier monotonicNanos,
            LongSupplier wallMillis) {
        this.settings = settings;
        this.feed = feed;
        this.sink = sink;
        this.wallMillis = wallMillis;
        this.operations = new ArrayBlockingQueue<>(settings.operationQueue());
        String trouble = problem;
        Records opened = null;
        Recovery recovered = new Recovery(List.of(), List.of());
        if (storage != null) {
            try {
                Journal.Opened journal = Journal.open(storage);
                EvidenceLog.Opened evidence = EvidenceLog.open(storage, settings.journalSegment());
                recovered = new Recovery(journal.lines(), evidence.lines());
                journal.lines().forEach(line -> recent.add(line.journaled()));
                opened = new Records(storage, journal.journal(), evidence.log());
            } catch (IOException e) {
                trouble = unusable(e.getMessage());
                release(storage);
            }
        }
        this.records = opened;
        this.recovery = recovered;
        this.timeline = new Timeline(monotonicNanos, recovered.endMillis());
        rollouts.forEach(rollout -> watches.put(rollout.number(), begin(rollout)));
        this.health = new Health(opened != null, opened != null, 0, trouble);
        this.thread = new Thread(this::run, "crossfade-control");
        thread.setDaemon(true);
        if (opened == null) {
            log.error(trouble);
        }
    }

    private static String unusable(@Nullable String why) {
        return "journal unreadable: " + why + "; everybody stays on the baseline and rollouts are refused";
    }

    private static void release(Storage storage) {
        try {
            storage.close();
        } catch (IOException e) {
            log.warn("the data folder cannot be released", e);
        }
    }

    // ---- what other threads call

    @Override
    public List<RolloutStatus> statuses() {
        return List.copyOf(statuses.values());
    }

    @Override
    public Optional<RolloutStatus> status(String rollout) {
        return Optional.ofNullable(statuses.get(rollout));
    }

    @Override
    public CompletableFuture<Operation.Receipt> submit(String rollout, Operation operation) {
        Submitted submitted = new Submitted(rollout, operation, new CompletableFuture<>());
        if (running && operations.offer(submitted)) {
            feed.wake();
            if (!running) {
                refuseWaiting(); // the thread may have looked for the last time before the offer
            }
        } else {
            submitted.receipt().complete(overloaded());
        }
        return submitted.receipt();
    }

    @Override
    public List<JournaledEvent> eventsAfter(long after, int max) {
        return recent.after(after, max);
    }

    @Override
    public AutoCloseable subscribe(Consumer<JournaledEvent> listener) {
        return recent.subscribe(listener);
    }

    @Override
    public Health health() {
        return health;
    }

    /** Ends the thread and gives the folder free; weights stay as they are. */
    @Override
    public void close() {
        running = false;
        feed.wake();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refuseWaiting();
    }

    private void refuseWaiting() {
        for (Submitted left = operations.poll(); left != null; left = operations.poll()) {
            left.receipt().complete(overloaded());
        }
        for (Configuration left = configurations.poll(); left != null; left = configurations.poll()) {
            left.done().completeExceptionally(new IllegalStateException(ended));
        }
    }

    private Operation.Receipt overloaded() {
        String why = running ? settings.operationQueue() + " operations are waiting already; try again" : ended;
        return new Operation.Receipt(Operation.Result.OVERLOADED, why, 0);
    }

    // ---- rollouts come, change and go

    /**
     * Watches these rollouts from now on and no others; completes when the weights that follow are in force.
     *
     * <p>A new one begins where the journal left its name. A changed plan is taken up as a restart would: evidence stays where
     * the analysis is set as before. One that is not named any more and is under way goes to its baseline first, and the
     * journal says so. The others go on untouched.
     *
     * @return completes on the control thread; exceptionally when that has ended, or when a number is another name's
     */
    public CompletableFuture<@Nullable Void> configure(List<Numbered> rollouts) {
        Configuration configuration = new Configuration(List.copyOf(rollouts), new CompletableFuture<>());
        configurations.add(configuration);
        feed.wake();
        if (!running) {
            refuseWaiting();
        }
        return configuration.done();
    }

    private void configure(Configuration configuration, long now) {
        for (Numbered rollout : configuration.rollouts()) {
            String wrong = misnumbered(rollout);
            if (!wrong.isEmpty()) {
                configuration.done().completeExceptionally(new IllegalArgumentException(wrong));
                return;
            }
        }
        Map<Integer, Watch> next = new LinkedHashMap<>();
        for (Numbered rollout : configuration.rollouts()) {
            next.put(rollout.number(), keepOrBegin(rollout));
        }
        for (Watch watch : watches.values()) {
            if (!next.containsKey(watch.number())) {
                retire(watch, now);
            }
        }
        watches = next;
        if (records != null) {
            checkpoint(now);
        }
        publish(now);
        configuration.done().complete(null);
    }

    private Watch keepOrBegin(Numbered rollout) {
        Watch known = watches.get(rollout.number());
        if (known == null) {
            known = Objects.requireNonNullElseGet(retired.remove(rollout.number()), () -> begin(rollout));
            putInForce(known);
        }
        if (!known.rollout().plan().equals(rollout.plan())) {
            known.goOnUnder(rollout.plan(), feed);
        }
        return known;
    }

    private String misnumbered(Numbered rollout) {
        Watch known = watches.getOrDefault(rollout.number(), retired.get(rollout.number()));
        return known == null || known.name().equals(rollout.plan().name())
                ? ""
                : "number " + rollout.number() + ": " + rollout.plan().name() + " (expected: " + known.name() + ")";
    }

    private Watch begin(Numbered rollout) {
        Batches batches = new Batches(rollout.number(), feed, rollout.plan().analysis());
        Watch watch = new Watch(rollout.number(), new Rollout(rollout.plan()), batches, wall());
        recovery.replay(watch);
        return watch;
    }

    /** Nobody asks for its canary any more: users go to the baseline before the route does. */
    private void retire(Watch watch, long now) {
        if (records != null) {
            look(watch, now, true);
        }
        if (watch.rollout().state().phase().active()) {
            List<String> lines = List.of("the configuration does not name this rollout any more");
            act(watch, List.of(new Event.RolledBack(now, Mode.GRACEFUL, REMOVED, lines, Map.of())));
        }
        retired.put(watch.number(), watch);
    }

    // ---- the thread

    private void run() {
        long tickNanos = settings.tick().toNanos();
        try {
            for (Watch watch : watches.values()) {
                sink.weight(watch.number(), 0, true); // as a rollback does, which then finds its code loaded
                putInForce(watch);
            }
            pass();
            ready.complete(null);
            watches.values().forEach(watch -> Rehearsal.play(watch.rollout().plan()));
            while (running) {
                feed.await(tickNanos);
                pass();
            }
        } catch (RuntimeException | Error bug) {
            log.error("the control thread ends; everybody goes to the baseline", bug);
            ended = "the control thread has ended by a bug of ours: " + bug;
            running = false;
            health = new Health(records != null, false, health.observationsDropped(), ended);
            watches.values().forEach(watch -> sink.weight(watch.number(), 0, true));
        } finally {
            ready.complete(null);
            refuseWaiting();
            closeRecords();
        }
    }

    /** One look at everything; in its order a failure comes before an operation, and both before housekeeping. */
    private void pass() {
        long now = timeline.nowMillis();
        if (records == null) {
            feed.drain((rollout, unit, flags, slot, baselineOk, canaryOk) -> {}); // nobody is on a canary
        } else {
            feed.drain((rollout, unit, flags, slot, baselineOk, canaryOk) ->
                    observed(watches.get(rollout), unit, flags, slot, baselineOk, canaryOk));
            for (Watch watch : watches.values()) {
                look(watch, now, false);
            }
        }
        for (Submitted next = operations.poll(); next != null; next = operations.poll()) {
            answer(next, timeline.nowMillis());
        }
        for (Configuration next = configurations.poll(); next != null; next = configurations.poll()) {
            configure(next, timeline.nowMillis());
        }
        closeWindows(now);
        if (changed || now >= housekeepingAt) {
            keepHouse(now);
            publish(now);
        }
    }

    /** What ends of a rollout that nobody watches any more is nobody's evidence. */
    private static void observed(@Nullable Watch watch, long unit, int flags, long slot, int baselineOk, int canaryOk) {
        if (watch != null) {
            watch.batches().observed(unit, flags, slot, baselineOk, canaryOk);
        }
    }

    /** What was seen, or else that time has passed, and what follows. */
    private void look(Watch watch, long now, boolean closeBatch) {
        if (judge(watch, now, closeBatch) instanceof Answer.Decided decided
                && !decided.events().isEmpty()) {
            automatic(watch, decided, now);
        }
        feed.judged(watch.number());
        EvidenceLine line = unwritten;
        if (line != null) {
            unwritten = null;
            records().evidence().append(line);
        }
    }

    /** A rollout that cannot be judged must not have users: a bug of ours ends in a rollback. */
    private Answer judge(Watch watch, long now, boolean closeBatch) {
        try {
            boolean closing = closeBatch || decides(watch.rollout().take(new Input.Tick(now)));
            boolean due = closing || watch.batches().due(now, watch.rollout().evidence()::latencySuspicious);
            return due ? see(watch, now, closing) : new Answer.Decided(List.of());
        } catch (RuntimeException bug) {
            if (!watch.rollout().state().phase().active()) {
                log.debug("{}: cannot be judged", watch.name(), bug);
                return new Answer.Decided(List.of());
            }
            log.error("{}: cannot be judged", watch.name(), bug);
            List<String> lines = List.of("the analysis failed by itself: " + bug, "see the log");
            return new Answer.Decided(
                    List.of(new Event.RolledBack(now, Mode.IMMEDIATE, "internal-error", lines, Map.of())));
        }
    }

    /** Before a decision of time alone the batch is closed too, so that one weight is in force for all of it. */
    private static boolean decides(Answer answer) {
        return answer instanceof Answer.Decided decided && !decided.events().isEmpty();
    }

    /** Closes the batch; a rollout nobody watches loses it. */
    private Answer see(Watch watch, long now, boolean closing) {
        Batch batch = watch.batches().take(now, watch.rollout().state().weightForEvidence(now), closing);
        if (!watch.rollout().state().watched() || Batches.empty(batch)) {
            return watch.rollout().take(new Input.Tick(now));
        }
        Answer answer = watch.rollout().take(new Input.Observed(batch));
        EvidenceLine line = new EvidenceLine.Seen(records().journal().sequence(), watch.name(), batch);
        if (answer instanceof Answer.Decided decided
                && decided.towardsCanary(watch.rollout().state())) {
            records().evidence().append(line);
        } else {
            unwritten = line; // users come first
        }
        return answer;
    }

    private void automatic(Watch watch, Answer.Decided decided, long now) {
        if (!decided.towardsCanary(watch.rollout().state())) {
            act(watch, decided.events());
        } else if (records().journal().writable() || now >= housekeepingAt) {
            persistThenAct(watch, decided.events());
        }
    }

    private boolean persistThenAct(Watch watch, List<Event> events) {
        List<JournalLine> lines = records().journal().lines(watch.name(), events, wall());
        changed = true;
        if (!records().journal().persist(lines)) {
            return false;
        }
        happen(watch, lines);
        putInForce(watch);
        tell(lines);
        return true;
    }

    /** The weight comes first, even before the words for the journal; everybody sees it before the disk is asked. */
    private void act(Watch watch, List<Event> events) {
        RolloutState after = watch.rollout().state();
        boolean recall = false;
        for (Event event : events) {
            after = after.apply(event);
            recall |= event instanceof Event.RolledBack back && back.mode() == Mode.IMMEDIATE;
        }
        sink.weight(watch.number(), after.weight(), recall);
        List<JournalLine> lines = records().journal().lines(watch.name(), events, wall());
        happen(watch, lines);
        publish(timeline.nowMillis());
        records().journal().record(lines);
        tell(lines);
        changed = true;
    }

    private void happen(Watch watch, List<JournalLine> lines) {
        boolean watched = watch.rollout().state().watched();
        lines.forEach(watch::apply);
        if (!watched) {
            long now = timeline.nowMillis();
            watch.batches().take(now, 0, true); // what was before this attempt is none of its evidence
        }
    }

    private void putInForce(Watch watch) {
        sink.weight(watch.number(), watch.rollout().state().weight(), false);
    }

    private void tell(List<JournalLine> lines) {
        for (JournalLine line : lines) {
            ControlApi.JournaledEvent event = line.journaled();
            log.info("{}: {} {}", line.rollout(), line.type(), event.json()); // JSON has no raw control characters
            recent.add(event);
        }
        boolean attempt = lines.stream().anyMatch(line -> line.event() instanceof Event.AttemptBegun);
        if (attempt) {
            checkpoint(timeline.nowMillis());
        }
    }

    // ---- operations

    private void answer(Submitted submitted, long now) {
        Operation.Receipt receipt =
                new Operation.Receipt(Operation.Result.OVERLOADED, "the control thread has ended by a bug of ours", 0);
        try {
            receipt = receipt(submitted.rollout(), submitted.operation(), now);
            publish(now);
        } finally {
            submitted.receipt().complete(receipt);
        }
    }

    private Operation.Receipt receipt(String rollout, Operation operation, long now) {
        Optional<Watch> found = watches.values().stream()
                .filter(watch -> watch.name().equals(rollout))
                .findFirst();
        if (found.isEmpty()) {
            return new Operation.Receipt(Operation.Result.UNKNOWN_ROLLOUT, "no rollout \"" + rollout + "\"", 0);
        }
        Watch watch = found.get();
        if (records == null) {
            return receipt(watch, Operation.Result.JOURNAL_UNAVAILABLE, health.problem());
        }
        if (operation.ifVersion() != null && operation.ifVersion() != watch.version()) {
            return receipt(watch, Operation.Result.STALE, "the version is " + watch.version());
        }
        if (operation.actor().length() > MAX_TEXT || operation.reason().length() > MAX_TEXT) {
            return receipt(watch, Operation.Result.INVALID, "actor and reason: at most " + MAX_TEXT + " characters");
        }
        if (!operation.dryRun()) {
            look(watch, now, true); // what the closed batch shows goes first
        }
        return carryOut(watch, operation, now);
    }

    private Operation.Receipt carryOut(Watch watch, Operation operation, long now) {
        Mode mode = null;
        if (operation.mode() != null) {
            Optional<Mode> known = Stream.of(Mode.values())
                    .filter(candidate -> candidate.word().equals(operation.mode()))
                    .findFirst();
            if (known.isEmpty()) {
                String detail = "mode: " + operation.mode() + " (expected: immediate, graceful or complete)";
                return receipt(watch, Operation.Result.INVALID, detail);
            }
            mode = known.get();
        }
        Answer answer = watch.rollout()
                .take(new Input.Asked(
                        now,
                        Verb.valueOf(operation.type().name()),
                        operation.actor(),
                        operation.reason(),
                        operation.weight(),
                        mode,
                        operation.scope()));
        if (answer instanceof Answer.Refused refused) {
            return receipt(watch, Operation.Result.ILLEGAL, refused.detail());
        }
        if (answer instanceof Answer.Invalid invalid) {
            return receipt(watch, Operation.Result.INVALID, invalid.detail());
        }
        return carryOut(watch, (Answer.Decided) answer, operation.dryRun());
    }

    private Operation.Receipt carryOut(Watch watch, Answer.Decided decided, boolean dryRun) {
        RolloutState before = watch.rollout().state();
        RolloutState after = before;
        for (Event event : decided.events()) {
            after = after.apply(event);
        }
        String detail = detail(before, after);
        if (dryRun) {
            return receipt(watch, Operation.Result.ACCEPTED, "would be: " + detail);
        }
        boolean refused;
        if (decided.towardsCanary(before)) {
            refused = !persistThenAct(watch, decided.events());
        } else {
            refused = records().journal().isFull() && after.weight() >= before.weight();
            if (!refused) {
                act(watch, decided.events());
            }
        }
        return refused
                ? receipt(
                        watch,
                        Operation.Result.JOURNAL_UNAVAILABLE,
                        records().journal().problem())
                : receipt(watch, Operation.Result.ACCEPTED, detail);
    }

    private static String detail(RolloutState before, RolloutState after) {
        return String.format(
                Locale.ROOT,
                "phase %s -> %s, weight %s%% -> %s%%",
                before.phase().word(),
                after.phase().word(),
                before.weight() / 1000.0,
                after.weight() / 1000.0);
    }

    private static Operation.Receipt receipt(Watch watch, Operation.Result result, String detail) {
        return new Operation.Receipt(result, detail, watch.version());
    }

    // ---- housekeeping

    private void closeWindows(long now) {
        if (now >= windowEnds) {
            watches.values().forEach(watch -> watch.batches().closeWindow());
            windowEnds = now + settings.window().toMillis();
        }
    }

    private void keepHouse(long now) {
        if (now < housekeepingAt) {
            return;
        }
        housekeepingAt = now + HOUSEKEEPING_MILLIS;
        if (records == null) {
            return;
        }
        if (!records().journal().writable()) {
            records().journal().retry();
        }
        if (records().evidence().checkpointDue()) {
            checkpoint(now);
        } else if (watches.values().stream()
                .anyMatch(watch -> watch.rollout().state().phase() == Phase.BAKING)) {
            records()
                    .evidence()
                    .append(new EvidenceLine.Clock(records().journal().sequence(), now));
        }
    }

    private void checkpoint(long now) {
        long sequence = records().journal().sequence();
        List<EvidenceLine> lines = new ArrayList<>();
        for (Watch watch : watches.values()) {
            if (watch.rollout().state().attempt() > 0) {
                lines.add(new EvidenceLine.Checkpoint(
                        sequence, now, watch.name(), watch.rollout().evidence().save()));
            }
        }
        records().evidence().checkpoint(lines);
    }

    private void publish(long now) {
        changed = false;
        String trouble = records == null ? health.problem() : "";
        Map<String, RolloutStatus> fresh = new LinkedHashMap<>();
        for (Watch watch : watches.values()) {
            fresh.put(watch.name(), watch.status(now, trouble));
        }
        statuses = Collections.unmodifiableMap(fresh);
        if (records == null) {
            health = new Health(false, false, feed.dropped(), trouble);
        } else {
            String problem = Stream.of(
                            records.journal().problem(), records.evidence().problem())
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining("; "));
            health = new Health(true, records.journal().writable(), feed.dropped(), problem);
        }
    }

    private void closeRecords() {
        if (records != null) {
            try {
                records.journal().close();
                records.evidence().close();
            } catch (IOException e) {
                log.warn("the journal cannot be closed", e);
            }
            release(records.storage());
        }
    }

    private Records records() {
        return Objects.requireNonNull(records, "journal unreadable");
    }

    private Instant wall() {
        return Instant.ofEpochMilli(wallMillis.getAsLong());
    }
}
