package io.crossfade.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossfade.config.Listener.UnderscoreNames;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** The section {@code listeners}. */
final class ListenerConfigTest {

    @Test
    void defaults() {
        Listener listener = listener("{ name: edge, address: '0.0.0.0:80' }");

        assertThat(listener.trustedPeers()).isEmpty();
        assertThat(listener.underscoreNames()).isEqualTo(UnderscoreNames.DROP);
    }

    @Test
    void mapping() throws Exception {
        Listener listener = listener(
                "{ name: edge-1, address: '[::]:8443', trustedPeers: [10.0.0.0/8, 'fd00::1'], underscoreNames: reject }");

        assertThat(listener.name()).isEqualTo("edge-1");
        assertThat(listener.address().getAddress().isAnyLocalAddress()).isTrue();
        assertThat(listener.address().getPort()).isEqualTo(8443);
        assertThat(listener.trustedPeers())
                .containsExactly(
                        new Cidr(InetAddress.getByName("10.0.0.0"), 8),
                        new Cidr(InetAddress.getByName("fd00::1"), 128));
        assertThat(listener.underscoreNames()).isEqualTo(UnderscoreNames.REJECT);
        assertThat(listener("{ name: l, address: 'localhost:0' }")
                        .address()
                        .getAddress()
                        .isLoopbackAddress())
                .isTrue();
    }

    @Test
    void mistakes() {
        assertThat(
                        Loading.problems(
                                Loading.withListener(
                                        "{ name: ' a', address: edge:80, trustedPeers: [10.0.0.0/33, 1.2.3.256], underscoreNames: 1, tls: {} }")))
                .containsExactly(
                        "2:21  listeners[0].name   a (expected: a name of " + NameFormat.EXPECTED + ")",
                        "2:36  listeners[0].address  edge:80 (expected: an IP address or localhost, and a port 0..65535,"
                                + " such as 127.0.0.1:8080)",
                        "2:60  listeners[0].trustedPeers[0]  10.0.0.0/33 (expected: an address range such as 10.0.0.0/8 or ::1)",
                        "2:73  listeners[0].trustedPeers[1]  1.2.3.256 (expected: an address range such as 10.0.0.0/8 or ::1)",
                        "2:102  listeners[0].underscoreNames  1 (expected: drop, reject or allow)",
                        "2:105  listeners[0].tls  not supported by this version (expected: no such key)");
    }

    @Test
    void namesAndPortsAreTakenOnce() {
        assertThat(
                        Loading.problems(
                                Loading.withListener(
                                        "{ name: a, address: '0.0.0.0:80' }, { name: a, address: '127.0.0.1:80' }, { name: b, address: '1.2.3.4:9900' }")))
                .containsExactly(
                        "2:57  listeners[1].name  a is the name of another listener, in line 2 (expected: another name)",
                        "2:69  listeners[1].address  127.0.0.1:80 is taken by another listener (expected: another port)");
        assertThat(Loading.problems(Loading.withListener("{ name: a, address: '0.0.0.0:9900' }")))
                .containsExactly(
                        "1:1  admin.address  127.0.0.1:9900 is taken by another listener (expected: another port)");
    }

    private static Listener listener(String yaml) {
        return Loading.config(Loading.withListener(yaml)).listeners().get(0);
    }
}
