package io.crossfade.admin.server;

import io.crossfade.admin.api.DecisionReport;
import io.crossfade.admin.api.Decisions;
import io.crossfade.control.Report;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns what control keeps of a decision into a report: what the reason means, what was done, what to do now. */
final class ReportView {
    private static final String RETRY =
            "After a fix: crossfade rollout retry %s --reason TEXT. The evidence begins at zero.";
    private static final String LOG =
            "Look into the canary's own log from the first failure on; give its team this report.";

    private ReportView() {}

    static DecisionReport of(Report r) {
        List<String> words = words(r.reason()).stream()
                .map(text -> text.replace("%s", r.rollout()))
                .toList();
        return new DecisionReport(
                r.sequence(),
                Instant.ofEpochMilli(r.atEpochMillis()).toString(),
                r.rollout(),
                r.release().isEmpty() ? null : r.release(),
                r.kind(),
                r.mode(),
                r.reason(),
                words.get(0),
                RolloutView.asked(r.asked()),
                r.lines(),
                new DecisionReport.Exposure(
                        count(r, "canaryRequests"), count(r, "canaryFailures"), count(r, "canaryUnits")),
                actions(r),
                state(r.before()),
                state(r.after()),
                words.subList(1, words.size()),
                new TreeMap<>(r.numbers()));
    }

    /** What a reason means, then what to do; first of what the canary did. */
    private static List<String> words(String reason) {
        return switch (reason) {
            case "errors-concurrent" ->
                List.of(
                        "Failing users were on the canary more often than its share of the users explains.",
                        LOG,
                        RETRY);
            case "errors-limit" ->
                List.of("The canary failed more than its limit, and the baseline did not.", LOG, RETRY);
            case "latency" ->
                List.of(
                        "Slow requests were the canary's more often than its margin explains.",
                        "Look for what the canary waits for.",
                        RETRY);
            case "hang" ->
                List.of(
                        "The canary did not answer: requests were under way too long, or users gave up, and not at the baseline.",
                        "Look for what the canary waits for, and whether it is alive.",
                        RETRY);
            case "client-errors" ->
                List.of(
                        "The canary answered in a way that is no failure and that the baseline's answers do not have: redirects,"
                                + " 4xx, 429 or empty bodies.",
                        "Compare the answers of both for one address; a missing route or a wrong token is likely.",
                        "After a fix: crossfade rollout retry %s, or resume when the difference is wanted.");
            case "user-success" ->
                List.of(
                        "Few requests of the canary failed, but too many of its users saw a failure.",
                        LOG,
                        "After a fix: crossfade rollout retry %s, or resume when that is wanted.");
            case "throughput" ->
                List.of(
                        "Fewer requests of a user ended well on the canary than on the baseline.",
                        "Look for what users cannot do there, or do not ask for any more: a page that does not load the next.",
                        "After a fix: crossfade rollout retry %s, or resume when the difference is wanted.");
            default -> wordsOfOtherReasons(reason);
        };
    }

    private static List<String> wordsOfOtherReasons(String reason) {
        return switch (reason) {
            case "few-units" ->
                List.of(
                        "The canary failed at least half of its requests, and too few users were there for more than a hold.",
                        LOG,
                        "Roll back, unless one user is known to be broken; then crossfade rollout resume %s.");
            case "split" ->
                List.of(
                        "Users who came for the first time in this attempt did not fall to the canary as often as the weight says. Nobody is blamed.",
                        "Look for what keeps users of one variant from the proxy: those who stayed away since an earlier attempt, a cache, balancer or"
                                + " splitter in front that chooses by the same key, somebody who picks keys.",
                        "What compares the variants compares other users than it should. When the reason is found: crossfade rollout resume %s, or roll back.");
            case "shared-fate" ->
                List.of(
                        "Both variants failed together, so nobody is blamed.",
                        "Find what both depend on: database, network, identity provider.",
                        "When that is over: crossfade rollout resume %s, or roll back.");
            case "no-evidence" ->
                List.of(
                        "There was too little traffic to say that the canary is good.",
                        "crossfade rollout promote %s, or resume to wait again.");
            case "internal-error" ->
                List.of(
                        "The proxy could not judge the canary, by a mistake of its own.",
                        "Keep the proxy's log and report it; nothing speaks against the canary.",
                        RETRY);
            case "journal-accepted" ->
                List.of(
                        "The journal was damaged and somebody accepted it, so everybody went to the baseline.",
                        "Look at crossfade audit list, then retry %s.");
            case "removed" ->
                List.of(
                        "The configuration did not name the rollout any more.",
                        "Put it back and start it, or leave it out; when it is back it begins as a draft.");
            case "plan-changed" ->
                List.of(
                        "The plan was changed, and none of its steps has the weight in force.",
                        "Set a weight, promote or roll back %s.");
            case "end-of-plan" ->
                List.of("The plan ends below 100%.", "crossfade rollout promote-full %s, or rollback.");
            case "operator" ->
                List.of("A person asked for it.", "Who asked knows what to wait for; then go on with %s.");
            default -> List.of("The canary did not do what its analysis asks of it: " + reason + ".", LOG, RETRY);
        };
    }

    static Decisions.Summary summary(Report r) {
        String at = Instant.ofEpochMilli(r.atEpochMillis()).toString();
        String actor = r.asked() == null ? null : r.asked().actor();
        return new Decisions.Summary(r.sequence(), at, r.rollout(), r.kind(), r.reason(), actor);
    }

    private static List<String> actions(Report r) {
        List<String> actions = new ArrayList<>();
        String before = percent(r.before());
        if (r.kind().equals("hold")) {
            actions.add(
                    "The climb was stopped; the canary keeps " + percent(r.after()) + " of the users, and is guarded.");
        } else {
            actions.add(
                    "The weight went from " + before + " to " + percent(r.after()) + ": everybody is on the baseline.");
            actions.add(
                    r.mode().equals("immediate")
                            ? "Requests that waited for the canary and may be asked again were answered by the baseline."
                            : "Requests under way at the canary were left to end there.");
        }
        return actions;
    }

    private static DecisionReport.State state(Report.Place place) {
        return new DecisionReport.State(
                place.phase(), place.attempt(), place.step(), RolloutView.ratio(place.weight()));
    }

    private static String percent(Report.Place place) {
        return BigDecimal.valueOf(place.weight(), 3).stripTrailingZeros().toPlainString() + "%";
    }

    private static @Nullable Long count(Report r, String number) {
        Double value = r.numbers().get(number);
        return value == null ? null : Math.round(value);
    }
}
