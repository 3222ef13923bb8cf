package io.crossfade.rollout;

import io.crossfade.rollout.analysis.AnalysisSettings;
import io.crossfade.rollout.analysis.Batch;
import io.crossfade.rollout.analysis.Sketches;
import io.crossfade.rollout.analysis.Witnesses;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rollout driven by lines of text.
 *
 * <pre>
 * plan 10%/1m 50%/1m/gate 100%/1m extend=5m errors=HOLD latency=HOLD analysis=off    or: plan manual weight=10%
 *                                  levels=errors:0.2%:0.5%,user-success:-:99% of each metric target and alert
 *                                  users=95 judges by user-success too, with that min; holdback=5%
 * &gt; 0s start                       an operator asks; also: setWeight 20%, rollback graceful
 * &gt; 30s tick                       time passes
 * &gt; 40s seen baseline=9000/3 canary=1000/8 slow=40/30 users=same
 *                                  requests/failures evenly, in two looks where any fail; slow requests baseline/canary; users=same: one unit fails always
 *                                  units=900/0/100/9 distinct ones of this step: baseline seen/failed, canary seen/failed
 *                                  new=5400/600 users who come for the first time: assigned to the baseline/to the canary
 * &gt; 50s replan 10%/1m 100%/1m      the process restarts with another plan; with canary= the first look sees a batch too;
 *                                  with release= or next= it is another rollout; journal=old: the journal did not say which it was
 * &gt; 60s removed                    the configuration does not name it any more
 * </pre>
 */
final class Script {
    /** Failures that the first of two looks sees. */
    private static final int FIRST_LOOK = 4;

    private final RolloutDecider decider;
    private Rollout rollout;
    private final List<Event> history = new ArrayList<>();
    private long units;
    private int newUnits;
    private Witnesses witnesses = new Witnesses();
    private final Sketches sketches = new Sketches();
    private long rounds;

    private Script(List<Rule> order) {
        this.decider = new RolloutDecider(order);
        this.rollout = new Rollout(plan(Map.of(), List.of("manual")), decider);
    }

    /** The script with what happens below each input. */
    static String run(String script) {
        return run(script, RolloutDecider.ORDER);
    }

    /** The same with other rules, or in another order. */
    static String run(String script, List<Rule> order) {
        Script run = new Script(order);
        return script.lines()
                .filter(line -> !line.startsWith(" "))
                .map(line -> line + "\n" + run.line(line))
                .collect(Collectors.joining());
    }

    private String line(String line) {
        if (line.startsWith("plan ")) {
            rollout = new Rollout(plan(options(line), words(line)), decider);
            history.clear();
            witnesses = new Witnesses();
        }
        return line.startsWith("> ") ? input(words(line.substring(2)), options(line)) : "";
    }

    private String input(List<String> words, Map<String, String> options) {
        long now = millis(words.get(0));
        StringBuilder text = new StringBuilder();
        if (words.get(1).equals("replan")) {
            Rollout restarted = new Rollout(plan(options, words.subList(1, words.size())), decider);
            if (options.containsKey("journal")) {
                history.replaceAll(Script::asBefore);
            }
            history.forEach(restarted::apply);
            restarted.evidence().restore(rollout.evidence().save());
            rollout = restarted;
            happen(rollout.takeUp(rollout.state(), now), text);
        }
        if (words.get(1).equals("removed")) {
            happen(Rollout.leave(rollout.state(), now), text);
            return text.append("  = ").append(state(now)).append('\n').toString();
        }
        Answer answer = rollout.take(parse(now, words, options));
        witnesses.call(rollout.evidence().roseAtMillis(), now);
        if (answer instanceof Answer.Refused refused) {
            text.append("  refused: ").append(refused.detail()).append('\n');
        } else if (answer instanceof Answer.Invalid invalid) {
            text.append("  invalid: ").append(invalid.detail()).append('\n');
        } else if (answer instanceof Answer.Decided decided) {
            String order = decided.towardsCanary(rollout.state()) ? "  persist, then act\n" : "  act, then persist\n";
            text.append(decided.events().isEmpty() ? "" : order);
            happen(decided.events(), text);
        }
        return text.append("  = ").append(state(now)).append('\n').toString();
    }

    /** As a build wrote it that did not say which rollout it is. */
    private static Event asBefore(Event event) {
        return event instanceof Event.AttemptBegun begun
                ? new Event.AttemptBegun(begun.nowMillis(), begun.attempt(), begun.plan(), null)
                : event;
    }

    private void happen(List<Event> events, StringBuilder text) {
        for (Event event : events) {
            text.append("  ").append(EventText.of(event)).append('\n');
            rollout.apply(event);
            history.add(event);
        }
    }

    private String state(long now) {
        RolloutState state = rollout.state();
        return state.phase().word() + " attempt " + state.attempt() + " step " + state.step() + " weight "
                + Words.percent(state.weight()) + " baked " + Words.time(state.bakedMillis(now)) + "; "
                + rollout.next(now);
    }

    private Input parse(long now, List<String> words, Map<String, String> options) {
        String word = words.get(1);
        if (word.equals("seen") || (word.equals("replan") && options.containsKey("canary"))) {
            Batch.Users users = users(options);
            return new Input.Observed(
                    witnesses.with(secondLook(batch(now, options))).with(users).withNewUnits(newUnits(options)));
        }
        if (word.equals("tick") || word.equals("replan")) {
            return new Input.Tick(now);
        }
        Verb verb = Stream.of(Verb.values())
                .filter(candidate -> candidate.word().equals(word))
                .findFirst()
                .orElseThrow();
        String argument = words.size() > 2 ? words.get(2) : "";
        return new Input.Asked(
                now,
                verb,
                "ann",
                "told so",
                verb == Verb.SET_WEIGHT && !argument.isEmpty() ? Integer.valueOf(weight(argument)) : null,
                verb == Verb.ROLLBACK && argument.equals("graceful") ? Mode.GRACEFUL : null,
                null);
    }

    /** Failures lie evenly among the requests, and the canary's among them. */
    private Batch batch(long now, Map<String, String> options) {
        int[] baseline = pair(options.getOrDefault("baseline", "0/0"));
        int[] canary = pair(options.getOrDefault("canary", "0/0"));
        int[] slow = pair(options.getOrDefault("slow", "0/0"));
        int weight = rollout.state().weight();
        boolean same = options.containsKey("users");
        int baselineOk = baseline[0] - baseline[1];
        int canaryOk = canary[0] - canary[1];
        int all = baseline[1] + canary[1] + 1;
        List<Batch.Failure> failures = new ArrayList<>();
        for (int i = 0; i < all - 1; i++) {
            boolean onCanary = part(canary[1], i, all - 1) == 1;
            long unit = same ? (onCanary ? -2 : -1) : ++units;
            failures.add(
                    new Batch.Failure(unit, weight, onCanary, true, part(baselineOk, i, all), part(canaryOk, i, all)));
        }
        return new Batch(
                now,
                weight,
                failures,
                part(baselineOk, failures.size(), all),
                part(canaryOk, failures.size(), all),
                slots(weight, slow[0], slow[1]));
    }

    private Batch.Users users(Map<String, String> options) {
        if (rounds != rollout.evidence().unitRounds()) {
            rounds = rollout.evidence().unitRounds();
            sketches.forget();
        }
        int[] units = pair(options.getOrDefault("units", "0/0/0/0"));
        for (int of = 0; of < 2; of++) {
            for (int i = 0; i < units[2 * of]; i++) {
                sketches.unit(10_000L * of + i, of == 1, i < units[2 * of + 1]);
            }
        }
        return sketches.users();
    }

    private List<Batch.NewUnits> newUnits(Map<String, String> options) {
        int[] assigned = pair(options.getOrDefault("new", "0/0"));
        List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < assigned[0] + assigned[1]; i++) {
            codes.add(2 * newUnits++ + part(assigned[1], i, assigned[0] + assigned[1]));
        }
        return codes.isEmpty()
                ? List.of()
                : List.of(new Batch.NewUnits(rollout.state().weight(), codes));
    }

    /** The i-th of so many parts of a whole. */
    private static int part(int whole, int i, int parts) {
        return (int) ((i + 1L) * whole / parts - (long) i * whole / parts);
    }

    /** The control thread looks at the first failures at once; that look decides nothing here. What is left comes with the second. */
    private Batch secondLook(Batch batch) {
        List<Batch.Failure> failures = batch.failures();
        int first = Math.min(FIRST_LOOK, failures.size());
        if (first == 0) {
            return batch;
        }
        rollout.see(witnesses.with(
                new Batch(batch.nowMillis(), batch.weight(), failures.subList(0, first), 0, 0, List.of())));
        witnesses.call(rollout.evidence().roseAtMillis(), batch.nowMillis());
        return new Batch(
                batch.nowMillis(),
                batch.weight(),
                failures.subList(first, failures.size()),
                batch.baselineOk(),
                batch.canaryOk(),
                batch.slow());
    }

    /** As of a look 20 ms after the one before. */
    private static List<Batch.Slow> slots(int weight, int baseline, int canary) {
        int slots = 4;
        return IntStream.range(0, slots)
                .mapToObj(i -> new Batch.Slow(
                        weight,
                        Collections.nCopies(4, (baseline + i) / slots),
                        Collections.nCopies(4, (canary + i) / slots)))
                .toList();
    }

    private static Plan plan(Map<String, String> options, List<String> words) {
        List<Plan.Step> steps = words.stream()
                .filter(word -> word.contains("%/"))
                .map(word -> word.split("/", -1))
                .map(part -> new Plan.Step(weight(part[0]), millis(part[1]), part.length > 2))
                .toList();
        String min = options.getOrDefault("users", "");
        AnalysisSettings.Users users = min.isEmpty()
                ? AnalysisSettings.Users.OFF
                : new AnalysisSettings.Users(true, Integer.parseInt(min) / 100.0, false, 0.9);
        AnalysisSettings on = AnalysisSettings.defaults().with(users);
        AnalysisSettings off = new AnalysisSettings(
                false,
                on.errorMargin(),
                on.errorLimit(),
                false,
                on.quantiles(),
                on.latencyMargin(),
                on.falseAlarmBudget(),
                on.perCanaryRequests(),
                on.advanceEvidence());
        return new Plan(
                "orders",
                new Identity(
                        "legacy", options.getOrDefault("next", "next"), "orders", options.getOrDefault("release", "")),
                steps,
                weight(options.getOrDefault("weight", "0%")),
                options.containsKey("analysis") ? off : on,
                Map.of(
                        Metrics.ERRORS, OnFail.valueOf(options.getOrDefault("errors", "ROLLBACK_IMMEDIATE")),
                        Metrics.LATENCY, OnFail.valueOf(options.getOrDefault("latency", "ROLLBACK_GRACEFUL")),
                        Metrics.CLIENT_ERRORS, OnFail.valueOf(options.getOrDefault("clientErrors", "HOLD")),
                        Metrics.USER_SUCCESS, OnFail.HOLD,
                        Metrics.THROUGHPUT, OnFail.HOLD),
                millis(options.getOrDefault("extend", "5m")),
                weight(options.getOrDefault("holdback", "0%")),
                levels(options.getOrDefault("levels", "")));
    }

    private static Map<Metric, Levels> levels(String text) {
        return Stream.of(text.split(",", -1))
                .filter(each -> !each.isEmpty())
                .map(each -> each.split(":", -1))
                .collect(Collectors.toMap(
                        part -> Metrics.ALL.stream()
                                .filter(metric -> metric.word().equals(part[0]))
                                .findFirst()
                                .orElseThrow(),
                        part -> new Levels(ratio(part[1]), ratio(part[2]), 0.05)));
    }

    private static @Nullable Double ratio(String percent) {
        return percent.equals("-") ? null : (Double) (Double.parseDouble(percent.replace("%", "")) / 100);
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+"));
    }

    private static Map<String, String> options(String line) {
        return words(line).stream()
                .filter(word -> word.contains("="))
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (a, b) -> b, TreeMap::new));
    }

    private static int[] pair(String text) {
        return Stream.of(text.split("/", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private static int weight(String percent) {
        return (int) Math.round(Double.parseDouble(percent.replace("%", "")) * 1000);
    }

    private static long millis(String time) {
        Function<String, Long> number = unit -> Long.parseLong(time.substring(0, time.length() - unit.length()));
        if (time.endsWith("ms")) {
            return number.apply("ms");
        }
        return time.endsWith("m") ? number.apply("m") * 60_000 : number.apply("s") * 1_000;
    }
}
