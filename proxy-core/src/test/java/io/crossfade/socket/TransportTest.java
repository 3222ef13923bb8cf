package io.crossfade.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossfade.config.Config;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which transport a machine gives. */
class TransportTest {
    private final Set<Transport> asked = EnumSet.noneOf(Transport.class);

    /** On a machine without these. */
    private Transport choose(Config.Transport wanted, Transport... missing) throws IOException {
        return Transport.choose(wanted, transport -> why(transport, List.of(missing)));
    }

    private @Nullable Throwable why(Transport transport, List<Transport> missing) {
        asked.add(transport);
        return missing.contains(transport) ? new UnsatisfiedLinkError("no " + transport.word() + " here") : null;
    }

    @Test
    void autoTakesTheFirstThatIsThere() throws Exception {
        assertThat(choose(Config.Transport.AUTO)).isEqualTo(Transport.IO_URING);
        assertThat(choose(Config.Transport.AUTO, Transport.EPOLL)).isEqualTo(Transport.IO_URING);
        assertThat(asked).containsExactly(Transport.IO_URING);
        assertThat(choose(Config.Transport.AUTO, Transport.IO_URING)).isEqualTo(Transport.EPOLL);
        assertThat(choose(Config.Transport.AUTO, Transport.IO_URING, Transport.EPOLL))
                .isEqualTo(Transport.NIO);
    }

    @Test
    void theOneAskedForIsHadWhateverElseIsMissing() throws Exception {
        assertThat(choose(Config.Transport.IO_URING, Transport.EPOLL)).isEqualTo(Transport.IO_URING);
        assertThat(choose(Config.Transport.EPOLL, Transport.IO_URING)).isEqualTo(Transport.EPOLL);
        assertThat(choose(Config.Transport.EPOLL)).isEqualTo(Transport.EPOLL);
        assertThat(asked).containsExactlyInAnyOrder(Transport.IO_URING, Transport.EPOLL);
        asked.clear();
        assertThat(choose(Config.Transport.NIO, Transport.IO_URING, Transport.EPOLL))
                .isEqualTo(Transport.NIO);
        assertThat(choose(Config.Transport.NIO)).isEqualTo(Transport.NIO);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"IO_URING, io_uring", "EPOLL, epoll"})
    void theOneAskedForIsRefusedWithTheReason(Config.Transport wanted, String word) {
        assertThatThrownBy(() -> choose(wanted, Transport.IO_URING, Transport.EPOLL))
                .isInstanceOf(IOException.class)
                .hasMessage("transport: " + word + " cannot be had on this machine: no " + word
                        + " here (expected: auto, or one that the kernel allows)")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }
}
