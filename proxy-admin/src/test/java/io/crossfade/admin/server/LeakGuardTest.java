package io.crossfade.admin.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.jupiter.api.Test;

/** The guard comes with the test classes of proxy-core; without this nobody would see that it stays away. */
class LeakGuardTest {
    @Test
    void thisRunIsGuarded() {
        assertThat(ResourceLeakDetectorFactory.instance().getClass().getName()).startsWith("io.crossfade.leak.LeakLog");
    }
}
