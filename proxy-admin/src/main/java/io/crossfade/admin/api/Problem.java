package io.crossfade.admin.api;

/**
 * An error as RFC 9457 problem details.
 *
 * @param type stable, {@code urn:crossfade:problem:<word>}; programs branch on this
 * @param title the same for every problem of the type
 * @param detail what is wrong this time and what would be right
 */
public record Problem(String type, String title, int status, String detail) {
    /** What every type begins with. */
    public static final String TYPE_PREFIX = "urn:crossfade:problem:";

    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";
}
