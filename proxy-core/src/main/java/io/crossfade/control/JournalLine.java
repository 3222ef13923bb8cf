package io.crossfade.control;

import io.crossfade.rollout.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One event in the journal: {@code {"seq":..,"at":..,"now":..,"type":..,"rollout":..,<the event's own members>,"hash":..}}.
 *
 * @param at wall clock, for people; no decision reads it
 * @param more whether the next line belongs to the same decision, which is whole or not there
 * @param object as it is on the disk, in UTF-8, without the hash or checksum that seals it
 */
record JournalLine(long sequence, Instant at, String rollout, Event event, boolean more, byte[] object) {
    private static final Set<String> ENVELOPE = Set.of("seq", "at", "now", "type", "rollout", "more");
    private static final Map<String, Class<? extends Event>> TYPES = types();

    static JournalLine of(long sequence, Instant at, String rollout, Event event, boolean more) {
        ObjectNode line = SealedLine.JSON.createObjectNode();
        line.put("seq", sequence);
        line.put("at", at.toString());
        line.put("now", event.nowMillis());
        line.put("type", type(event.getClass()));
        line.put("rollout", rollout);
        ObjectNode members = SealedLine.JSON.valueToTree(event);
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            if (!member.getKey().equals("nowMillis") && !member.getValue().isNull()) {
                line.set(member.getKey(), member.getValue());
            }
        }
        if (more) {
            line.put("more", true);
        }
        return new JournalLine(sequence, at, rollout, event, more, SealedLine.JSON.writeValueAsBytes(line));
    }

    /**
     * Reads the object of a line.
     *
     * @throws IllegalArgumentException when it is not one of ours, or of a newer version
     */
    static JournalLine of(byte[] object) {
        try {
            JsonNode line = SealedLine.JSON.readTree(object);
            String type = line.required("type").stringValue();
            Class<? extends Event> known = TYPES.get(type);
            if (known == null) {
                throw new IllegalArgumentException("event type \"" + type + "\" is not known to this version");
            }
            ObjectNode members = SealedLine.JSON.createObjectNode();
            members.set("nowMillis", line.required("now"));
            for (Map.Entry<String, JsonNode> member : line.properties()) {
                if (!ENVELOPE.contains(member.getKey())) {
                    members.set(member.getKey(), member.getValue());
                }
            }
            Event event = SealedLine.JSON.treeToValue(members, known);
            return new JournalLine(
                    line.required("seq").longValue(),
                    Instant.parse(line.required("at").stringValue()),
                    line.required("rollout").stringValue(),
                    event,
                    line.has("more"),
                    object);
        } catch (JacksonException | DateTimeParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    String type() {
        return type(event.getClass());
    }

    ControlApi.JournaledEvent journaled() {
        return new ControlApi.JournaledEvent(sequence, type(), rollout, new String(object, StandardCharsets.UTF_8));
    }

    /** {@code stepEntered} for {@link Event.StepEntered}. */
    private static String type(Class<?> event) {
        String name = event.getSimpleName();
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static Map<String, Class<? extends Event>> types() {
        Map<String, Class<? extends Event>> types = new TreeMap<>();
        for (Class<? extends Event> type : Event.kinds()) {
            types.put(type(type), type);
        }
        return types;
    }
}
