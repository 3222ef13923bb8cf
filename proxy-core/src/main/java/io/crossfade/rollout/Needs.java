package io.crossfade.rollout;

import io.crossfade.rollout.analysis.Detector;
import io.crossfade.rollout.analysis.Finding;
import io.crossfade.rollout.analysis.Prospect;
import io.crossfade.rollout.analysis.Verdict;
import java.util.ArrayList;
import java.util.List;

/** What it takes until a detector says something else, in words for a person who does not know what e^3 is. */
final class Needs {
    /**
     * C and S count failures; the others compare.
     *
     * @param perSecond canary requests, 0 when unknown
     */
    static String of(Finding finding, Prospect prospect, double perSecond) {
        if (finding.verdict() == Verdict.FAIL) {
            return "has tripped";
        }
        if (finding.verdict() == Verdict.SHARED_FATE) {
            return "waits until the baseline is well";
        }
        if (finding.detector() == Detector.C) {
            return prospect.unitsToTrip() == Prospect.NEVER
                    ? finding.remark()
                    : "trips after " + count(prospect.unitsToTrip(), "more failing user") + " on the canary";
        }
        if (finding.detector() == Detector.S) {
            List<String> needs = new ArrayList<>();
            if (prospect.requestsToShow() > 0) {
                needs.add("passes after " + toPass(prospect.requestsToShow(), perSecond));
            }
            needs.add("trips after " + count(prospect.failuresToTrip(), "more failure"));
            return String.join("; ", needs);
        }
        return switch (finding.verdict()) {
            case PASS -> "shown to be within its margin";
            case INCONCLUSIVE -> "not shown yet to be within its margin";
            case NO_DATA -> finding.remark().isEmpty() ? "nothing to compare yet" : finding.remark();
            case FAIL, SHARED_FATE -> "";
        };
    }

    /** {@code about 380 more canary requests, 4 min at this rate}. */
    static String toPass(long requests, double perSecond) {
        String rate = perSecond > 0 ? ", " + Words.about(requests / perSecond) + " at this rate" : "";
        return "about " + Words.rounded(requests) + " more canary requests" + rate;
    }

    private static String count(int n, String what) {
        return n > Prospect.MOST
                ? "more than " + Words.count(Prospect.MOST) + " " + what + "s"
                : n + " " + what + (n == 1 ? "" : "s");
    }

    private Needs() {}
}
