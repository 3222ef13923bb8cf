package io.crossfade.route;

/**
 * What a route is chosen by: a request head as ranges of bytes, read in place. Ranges are half open (start inclusive, end
 * exclusive). Implementations allocate nothing; the event loop that owns the request calls them.
 */
public interface Facts {
    /** The array of the host and the method. */
    byte[] bytes();

    /** Start of the host name without its port, in any case; equal to {@link #hostEnd} when there is none. */
    int hostStart();

    int hostEnd();

    /** The array of the path, which is not {@link #bytes} when the path had to be normalised. */
    byte[] pathBytes();

    int pathStart();

    /** End of the path, before any question mark. */
    int pathEnd();

    int methodStart();

    int methodEnd();

    /** Whether some field of this name (lower case) has exactly this value. */
    boolean headerEquals(byte[] lowerCaseName, byte[] value);
}
