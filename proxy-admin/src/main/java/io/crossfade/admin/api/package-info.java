/**
 * What goes over the wire between the admin API and those who call it: records, one JSON mapper, nothing that acts.
 *
 * <p>Weights: a request says a share of users as people write it ({@code "5%"}); an answer says it as a ratio 0..1, as the
 * metrics do, so that scripts can compute with it. Instants are ISO 8601 in UTC.
 */
@NullMarked
package io.crossfade.admin.api;

import org.jspecify.annotations.NullMarked;
