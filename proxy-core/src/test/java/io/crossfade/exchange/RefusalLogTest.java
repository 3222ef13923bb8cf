package io.crossfade.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.crossfade.http.Refusal;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class RefusalLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // nanoTime may wrap
    private final RefusalLog log = new RefusalLog(nanos::get);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(lines);
        lines.start();
    }

    @AfterEach
    void forget() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aReasonIsSaidOnceInTenSecondsAndThenHowManyMoreThereWere() {
        for (int i = 0; i < 5; i++) {
            log.refused(Refusal.BARE_LF, "192.0.2." + i);
        }
        nanos.addAndGet(RefusalLog.QUIET_NANOS - 1);
        log.refused(Refusal.BARE_LF, "192.0.2.8");
        nanos.addAndGet(1);
        log.refused(Refusal.BARE_LF, "192.0.2.9");
        assertThat(said())
                .containsExactly(
                        "refused a request: bare_lf from 192.0.2.0, 0 more since the last such line",
                        "refused a request: bare_lf from 192.0.2.9, 5 more since the last such line");
    }

    @Test
    void reasonsAreQuietEachForItself() {
        log.refused(Refusal.BARE_LF, "192.0.2.1");
        log.refused(Refusal.UPSTREAM_SURPLUS, "legacy 127.0.0.1:9001");
        log.refused(Refusal.BARE_CR, "192.0.2.1");
        assertThat(said()).hasSize(3);
        assertThat(said().get(1))
                .isEqualTo("refused an answer: upstream_surplus from legacy 127.0.0.1:9001,"
                        + " 0 more since the last such line");
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO, Level.WARN, Level.INFO);
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonHasItsLine(Refusal why) {
        log.refused(why, "192.0.2.1");
        assertThat(said()).hasSize(1).allMatch(line -> line.contains(": " + why.word() + " from 192.0.2.1,"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\"b", "a\\b", "a\u001b[31m", "a\u0085b", "a\u202eb", "a\0b", "a\u007fb"})
    void aSenderCannotWriteTheLog(String sender) {
        log.refused(Refusal.BARE_LF, sender);
        assertThat(said().get(0)).matches("[ !#-\\[\\]-~]+").contains("from a?");
    }
}
