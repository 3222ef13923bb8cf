package io.crossfade.rollout;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Events as the scripts show them: all members but the instant and the numbers, which the lines repeat. */
final class EventText {
    static String of(Event event) {
        StringBuilder text = new StringBuilder(event.getClass().getSimpleName());
        List<String> lines = new ArrayList<>();
        for (RecordComponent component : event.getClass().getRecordComponents()) {
            Object value = value(event, component);
            switch (component.getName()) {
                case "nowMillis", "numbers", "identity" -> {}
                case "lines" -> ((List<?>) value).forEach(line -> lines.add("\n    | " + line));
                default -> text.append(value == null ? "" : " " + component.getName() + "=" + value);
            }
        }
        return text + String.join("", lines);
    }

    private static Object value(Event event, RecordComponent component) {
        try {
            return component.getAccessor().invoke(event);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private EventText() {}
}
