package io.crossfade.http;

import java.util.Locale;

/** Why a message is refused: the word for metrics and logs, the status for the client. */
public enum Refusal {
    MALFORMED_REQUEST_LINE(400),
    MALFORMED_METHOD(400),
    METHOD_NOT_ALLOWED(405),
    METHOD_NOT_IMPLEMENTED(501),
    MALFORMED_TARGET(400),
    DANGEROUS_PATH(400),
    UNSUPPORTED_VERSION(505),
    REQUEST_LINE_TOO_LONG(414),
    HEAD_TOO_LARGE(431),
    TOO_MANY_FIELDS(431),
    FIELD_TOO_LARGE(431),
    COOKIE_TOO_LARGE(431),
    CONTROL_CHARACTER(400),
    BARE_LF(400),
    BARE_CR(400),
    OBS_FOLD(400),
    SPACE_BEFORE_COLON(400),
    MISSING_COLON(400),
    MALFORMED_FIELD_NAME(400),
    UNDERSCORE_IN_FIELD_NAME(400),
    MISSING_HOST(400),
    DUPLICATE_HOST(400),
    MALFORMED_HOST(400),
    MALFORMED_LENGTH(400),
    DUPLICATE_LENGTH(400),
    LENGTH_AND_ENCODING(400),
    MALFORMED_ENCODING(400),
    ENCODING_IN_HTTP_1_0(400),
    UNKNOWN_ENCODING(501),
    EXPECTATION_FAILED(417),
    MALFORMED_CHUNK_SIZE(400),
    MALFORMED_CHUNK_EXTENSION(400),
    MALFORMED_CHUNK_END(400),
    CHUNK_LINE_TOO_LONG(400),
    CHUNK_EXTENSIONS_TOO_LARGE(400),
    TOO_MANY_TRAILERS(431),
    TRAILERS_TOO_LARGE(431),
    AMBIGUOUS_PATH(400),
    BODY_TOO_LARGE(413),
    HEAD_TIMEOUT(408),
    BODY_TIMEOUT(408),

    UPSTREAM_MALFORMED_STATUS_LINE(502),
    UPSTREAM_UNSUPPORTED_VERSION(502),
    UPSTREAM_INVALID_STATUS(502),
    UPSTREAM_UNASKED_SWITCH(502),
    UPSTREAM_HEAD_TOO_LARGE(502),
    UPSTREAM_CONTROL_CHARACTER(502),
    UPSTREAM_MALFORMED_FIELD(502),
    UPSTREAM_OBS_FOLD(502),
    UPSTREAM_AMBIGUOUS_LENGTH(502),
    UPSTREAM_MALFORMED_ENCODING(502),
    UPSTREAM_FORBIDDEN_BODY(502),
    UPSTREAM_MALFORMED_BODY(502),
    UPSTREAM_INTERIM_FLOOD(502),
    UPSTREAM_SURPLUS(502);

    private final String word = name().toLowerCase(Locale.ROOT);
    private final int status;

    Refusal(int status) {
        this.status = status;
    }

    /** Lower case with underscores, the label value of crossfade_refused_requests_total. */
    public String word() {
        return word;
    }

    /** Status for the client; refusals of an upstream's answer have 502. */
    public int status() {
        return status;
    }

    /** The same for a person who reads the answer. */
    public String detail() {
        return word.replace('_', ' ');
    }

    /** The word for the same mistake made by an upstream, so that {@link BodyFramer} can serve both directions. */
    public Refusal ofUpstream() {
        return switch (this) {
            case CONTROL_CHARACTER, BARE_LF, BARE_CR -> UPSTREAM_CONTROL_CHARACTER;
            case OBS_FOLD -> UPSTREAM_OBS_FOLD;
            case SPACE_BEFORE_COLON, MISSING_COLON, MALFORMED_FIELD_NAME, UNDERSCORE_IN_FIELD_NAME ->
                UPSTREAM_MALFORMED_FIELD;
            case HEAD_TOO_LARGE, TOO_MANY_FIELDS, FIELD_TOO_LARGE, COOKIE_TOO_LARGE -> UPSTREAM_HEAD_TOO_LARGE;
            case MALFORMED_LENGTH, DUPLICATE_LENGTH, LENGTH_AND_ENCODING -> UPSTREAM_AMBIGUOUS_LENGTH;
            case MALFORMED_ENCODING, ENCODING_IN_HTTP_1_0, UNKNOWN_ENCODING -> UPSTREAM_MALFORMED_ENCODING;
            case MALFORMED_CHUNK_SIZE,
                    MALFORMED_CHUNK_EXTENSION,
                    MALFORMED_CHUNK_END,
                    CHUNK_LINE_TOO_LONG,
                    CHUNK_EXTENSIONS_TOO_LARGE,
                    TOO_MANY_TRAILERS,
                    TRAILERS_TOO_LARGE -> UPSTREAM_MALFORMED_BODY;
            case UNSUPPORTED_VERSION -> UPSTREAM_UNSUPPORTED_VERSION;
            case AMBIGUOUS_PATH,
                    BODY_TOO_LARGE,
                    HEAD_TIMEOUT,
                    BODY_TIMEOUT,
                    MALFORMED_REQUEST_LINE,
                    MALFORMED_METHOD,
                    METHOD_NOT_ALLOWED,
                    METHOD_NOT_IMPLEMENTED,
                    MALFORMED_TARGET,
                    DANGEROUS_PATH,
                    REQUEST_LINE_TOO_LONG,
                    MISSING_HOST,
                    DUPLICATE_HOST,
                    MALFORMED_HOST,
                    EXPECTATION_FAILED -> UPSTREAM_MALFORMED_STATUS_LINE;
            case UPSTREAM_MALFORMED_STATUS_LINE,
                    UPSTREAM_UNSUPPORTED_VERSION,
                    UPSTREAM_INVALID_STATUS,
                    UPSTREAM_UNASKED_SWITCH,
                    UPSTREAM_HEAD_TOO_LARGE,
                    UPSTREAM_CONTROL_CHARACTER,
                    UPSTREAM_MALFORMED_FIELD,
                    UPSTREAM_OBS_FOLD,
                    UPSTREAM_AMBIGUOUS_LENGTH,
                    UPSTREAM_MALFORMED_ENCODING,
                    UPSTREAM_FORBIDDEN_BODY,
                    UPSTREAM_MALFORMED_BODY,
                    UPSTREAM_INTERIM_FLOOD,
                    UPSTREAM_SURPLUS -> this;
        };
    }
}
