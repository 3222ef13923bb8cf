package io.crossfade.admin.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.helpers.NOPMDCAdapter;

@Isolated("takes standard error")
class LogLinesTest {
    @Test
    void isFoundByLogback() {
        assertThat(ServiceLoader.load(Configurator.class)).hasOnlyElementsOfType(LogLines.class);
    }

    @Test
    void anEventIsOneLineAlsoWithATrace() {
        String written = written(context -> context.getLogger("io.crossfade.runtime.DataPlane")
                .warn("bad\nnews", new IllegalStateException("because")));
        assertThat(written)
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z WARN  DataPlane bad \\| news"
                        + " java\\.lang\\.IllegalStateException: because \\| at [^\n]+\n");
    }

    @Test
    void theLevelIsInfoUnlessItIsSaid() {
        assertThat(written(context -> context.getLogger("x").debug("hidden"))).isEmpty();
        System.setProperty(LogLines.LEVEL_PROPERTY, "DEBUG");
        try {
            assertThat(written(context -> context.getLogger("x").debug("seen"))).endsWith("seen\n");
        } finally {
            System.clearProperty(LogLines.LEVEL_PROPERTY);
        }
    }

    @Test
    void aFileThatIsNamedIsReadInstead() {
        System.setProperty("logback.configurationFile", "/nowhere.xml");
        try {
            assertThat(new LogLines().configure(new LoggerContext())).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
        } finally {
            System.clearProperty("logback.configurationFile");
        }
    }

    private static String written(Consumer<LoggerContext> act) {
        PrintStream before = System.err;
        var bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, UTF_8));
        try {
            var context = new LoggerContext();
            context.setMDCAdapter(new NOPMDCAdapter());
            new LogLines().configure(context);
            act.accept(context);
            context.stop();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(UTF_8);
    }
}
