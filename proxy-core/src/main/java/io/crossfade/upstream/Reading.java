package io.crossfade.upstream;

import io.crossfade.http.HttpLimits;
import io.crossfade.http.ResponseHead;
import io.crossfade.http.ResponseScanner;

/**
 * What all calls of one event loop read answers with.
 *
 * @param head valid from one scan to the next
 * @param interims interim answers that may come before the final one
 */
public record Reading(ResponseScanner scanner, ResponseHead head, HttpLimits limits, int interims) {
    public Reading(HttpLimits limits, int interims) {
        this(new ResponseScanner(limits), new ResponseHead(), limits, interims);
    }
}
