package io.crossfade.observe;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/** What Prometheus reads of a server: the counters, the {@link Readings} and the JVM. Any thread. Closed with the server. */
@SuppressWarnings("deprecation") // the registry on simpleclient, which is what can be resolved
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();

    public Metrics(String version, Counters counters, Readings readings) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        gc.bindTo(registry);
        registry.getPrometheusRegistry().register(new CrossfadeCollector(version, counters, readings));
    }

    /** The content type to answer with: OpenMetrics if the Accept header asks for it, else the text format. */
    public static String contentType(@Nullable String accept) {
        return TextFormat.chooseContentType(accept);
    }

    /** Writes all metrics as they are now, in the format of a {@link #contentType}. */
    public void write(String contentType, Writer out) throws IOException {
        TextFormat.writeFormat(
                contentType, out, registry.getPrometheusRegistry().metricFamilySamples());
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
