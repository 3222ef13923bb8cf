package io.crossfade.config;

import io.crossfade.config.RolloutSpec.Analysis;
import io.crossfade.config.RolloutSpec.OnFail;
import io.crossfade.config.RolloutSpec.UnitSource;
import io.crossfade.config.Upstream.Endpoint;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** Which kind of values a declared component holds: its type says so, and for a number its bounds. */
final class Kinds {

    private static final Map<Class<?>, Kind> OWN = Map.of(
            InetSocketAddress.class, ScalarKind.SOCKET,
            Endpoint.class, ScalarKind.ENDPOINT,
            Cidr.class, ScalarKind.CIDR,
            Double.class, ScalarKind.QUANTILE,
            StatusRange.class, ScalarKind.STATUS,
            UnitSource.class, new UnitSourceKind(),
            OnFail.class, new OnFailKind(),
            Analysis.class, new AnalysisKind());

    private static final Map<Kind, String> STAND_INS =
            Map.of(ScalarKind.CIDR, "127.0.0.0/8", ScalarKind.QUANTILE, "p50", ScalarKind.STATUS, "500");

    private Kinds() {}

    static Kind of(RecordComponent component, Key key) {
        Class<?> type = component.getType();
        if (Collection.class.isAssignableFrom(type)) {
            Kind item = of(argument(component), key);
            boolean set = Set.class.isAssignableFrom(type);
            return new ListKind(item, standIn(item), set || key.standard().equals("[]"), set);
        }
        return of(type, key);
    }

    private static Kind of(Class<?> type, Key key) {
        Kind own = OWN.get(type);
        if (own != null && key.bounds().isEmpty()) {
            return own;
        }
        if (type == boolean.class) {
            return key.words().length == 2 ? WordKind.flag(key.words()[0], key.words()[1]) : WordKind.FLAG;
        }
        if (type.isPrimitive() || type == Duration.class || !key.bounds().isEmpty()) {
            return Range.kind(type, key.bounds());
        }
        if (type.isEnum()) {
            return WordKind.of(type);
        }
        if (type.isRecord()) {
            return new SectionKind(Shape.ofType(type));
        }
        return type == Map.class ? new TextsKind() : ScalarKind.text(key.pattern());
    }

    /** What is taken for an item that is wrong; an item that has none is read by a reader of its own. */
    private static Object standIn(Kind item) {
        String right = STAND_INS.get(item);
        Parsed<Object> standIn = right == null ? null : ((ScalarKind) item).parse(right);
        return standIn == null || standIn.value() == null ? "" : standIn.value();
    }

    private static Class<?> argument(RecordComponent component) {
        Type[] arguments = ((ParameterizedType) component.getGenericType()).getActualTypeArguments();
        return (Class<?>) arguments[0];
    }
}
