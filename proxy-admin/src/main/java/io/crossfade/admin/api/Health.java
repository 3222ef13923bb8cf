package io.crossfade.admin.api;

import java.util.List;

/**
 * Whether the proxy can do its work.
 *
 * @param status ready while traffic is served, else unready; a failed check alone does not make it unready
 */
public record Health(String status, List<Check> checks) {

    /** One thing that was looked at; detail is one line. */
    public record Check(String name, boolean ok, String detail) {}
}
