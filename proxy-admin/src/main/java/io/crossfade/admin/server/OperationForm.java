package io.crossfade.admin.server;

import io.crossfade.admin.api.OperationRequest;
import io.crossfade.rollout.Mode;
import io.crossfade.rollout.Verb;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An {@link OperationRequest} under examination: first ask for its mistake, then for its verb, mode and weight. */
record OperationForm(OperationRequest request) {
    static final int MAX_REASON = 500;
    private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3})?%");
    private static final int BUCKETS = 100_000;
    private static final List<String> MODES =
            Arrays.stream(Mode.values()).map(Mode::word).toList();
    private static final List<String> SCOPES = List.of("service", "phase", "complete");

    /** What is wrong and what would be right; empty when nothing is. */
    Optional<String> mistake() {
        Optional<Verb> verb = verb();
        if (verb.isEmpty()) {
            return Optional.of("type: " + shown(request.type()) + " (expected: one of " + words() + ")");
        }
        boolean setsWeight = verb.get() == Verb.SET_WEIGHT;
        if (setsWeight && weight() == null) {
            return Optional.of(
                    "weight: " + shown(request.weight()) + " (expected: \"0%\" to \"100%\", at most 3 decimals)");
        }
        if (!setsWeight && request.weight() != null) {
            return Optional.of("weight: only setWeight has one");
        }
        String reason = reason();
        if (reason.length() > MAX_REASON || reason.codePoints().anyMatch(OperationForm::hides)) {
            return Optional.of("reason: at most " + MAX_REASON
                    + " characters on one line, without characters that turn its direction");
        }
        boolean rollback = verb.get() == Verb.ROLLBACK;
        return choice("mode", request.mode(), rollback, MODES)
                .or(() -> choice("scope", request.scope(), rollback, SCOPES));
    }

    Optional<Verb> verb() {
        return Arrays.stream(Verb.values())
                .filter(verb -> verb.word().equals(request.type()))
                .findFirst();
    }

    Optional<Mode> mode() {
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.word().equals(request.mode()))
                .findFirst();
    }

    String reason() {
        return request.reason() == null ? "" : request.reason().strip();
    }

    boolean dryRun() {
        return Boolean.TRUE.equals(request.dryRun());
    }

    /** In buckets; null when none is written or it is out of range. */
    @Nullable
    Integer weight() {
        String text = request.weight();
        if (text == null || !PERCENT.matcher(text).matches()) {
            return null;
        }
        int buckets = new BigDecimal(text.substring(0, text.length() - 1))
                .movePointRight(3)
                .intValueExact();
        return buckets <= BUCKETS ? buckets : null;
    }

    /** Control characters, and those that make a text read otherwise than it is (Unicode UAX 9, explicit directional formatting). */
    private static boolean hides(int character) {
        return Character.isISOControl(character)
                || character == 0x061C
                || character == 0x200E
                || character == 0x200F
                || (character >= 0x202A && character <= 0x202E)
                || (character >= 0x2066 && character <= 0x2069)
                || character == 0x2028
                || character == 0x2029;
    }

    private static String shown(@Nullable String value) {
        return value == null ? "missing" : value;
    }

    private static String words() {
        return Arrays.stream(Verb.values()).map(Verb::word).collect(Collectors.joining(", "));
    }

    private static Optional<String> choice(String name, @Nullable String value, boolean allowed, List<String> words) {
        if (value == null || (allowed && words.contains(value))) {
            return Optional.empty();
        }
        return Optional.of(
                allowed
                        ? name + ": " + value + " (expected: one of " + String.join(", ", words) + ")"
                        : name + ": only rollback has one");
    }
}
