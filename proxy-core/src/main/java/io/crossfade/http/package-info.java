/**
 * Bytes to requests and answers, and back, for HTTP/1.1 and 1.0 (RFC 9110, RFC 9112).
 *
 * <p>{@code RequestScanner} and {@code ResponseScanner} find the parts of a head in place, in the bytes as they came, and copy nothing.
 * {@code RequestHead} and {@code ResponseHead} say what was found: framing, target, host, fields of one hop. A {@code BodyForm} says how a body is
 * delimited, whatever the protocol. The writers put a head for the next hop together.
 *
 * <p>What two readers could take for two different messages is refused, with a word for each reason; nothing is repaired. Every
 * length has a bound, and whoever reads says which.
 *
 * <p>This room knows no connection, no clock, no route and no variant.
 */
@NullMarked
package io.crossfade.http;

import org.jspecify.annotations.NullMarked;
