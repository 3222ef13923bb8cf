package io.crossfade.control;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The first line of a journal file that is not the first of all: where every rollout stands, so that the files before need not be kept.
 *
 * @param sequence that of the last line before, or of the acceptance
 * @param before hash of the line it holds on to
 * @param accepted who took a damaged journal as it was; null where the file before was only full or old
 * @param nowMillis the instant up to which time had passed
 */
record Opening(
        long sequence,
        Instant at,
        String before,
        @Nullable Acceptance accepted,
        long nowMillis,
        List<Standing> rollouts) {
    static final String CONTINUED = "continued";
    static final String ACCEPTED = "accepted";

    /**
     * An operator's word that a damaged journal is to be taken as it is.
     *
     * @param found what was wrong with it
     * @param aside where its files are now
     */
    record Acceptance(String actor, String reason, String found, List<Aside> aside) {
        Acceptance {
            aside = List.copyOf(aside);
        }
    }

    /** A file of the damaged journal under its new name. */
    record Aside(String file, String sha256) {}

    Opening {
        rollouts = List.copyOf(rollouts);
    }

    byte[] object() {
        ObjectNode line = SealedLine.JSON.createObjectNode();
        line.put("seq", sequence);
        line.put("at", at.toString());
        line.put("type", accepted == null ? CONTINUED : ACCEPTED);
        line.put("prev", before);
        line.put("now", nowMillis);
        if (accepted != null) {
            line.put("actor", accepted.actor());
            line.put("reason", accepted.reason());
            line.put("found", accepted.found());
            line.set("aside", SealedLine.JSON.valueToTree(accepted.aside()));
        }
        line.set("rollouts", SealedLine.JSON.valueToTree(rollouts));
        return SealedLine.JSON.writeValueAsBytes(line);
    }

    /** Empty when it is the line of an event. */
    static Optional<Opening> of(byte[] object) {
        try {
            JsonNode line = SealedLine.JSON.readTree(object);
            String type = line.path("type").asString("");
            if (!type.equals(CONTINUED) && !type.equals(ACCEPTED)) {
                return Optional.empty();
            }
            return Optional.of(new Opening(
                    line.required("seq").longValue(),
                    Instant.parse(line.required("at").stringValue()),
                    line.required("prev").stringValue(),
                    type.equals(ACCEPTED) ? acceptance(line) : null,
                    line.required("now").longValue(),
                    List.of(SealedLine.JSON.treeToValue(line.required("rollouts"), Standing[].class))));
        } catch (JacksonException | DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Acceptance acceptance(JsonNode line) {
        return new Acceptance(
                line.required("actor").stringValue(),
                line.required("reason").stringValue(),
                line.required("found").stringValue(),
                List.of(SealedLine.JSON.treeToValue(line.required("aside"), Aside[].class)));
    }
}
