package io.crossfade.leak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetectorFactory;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the test run when a Netty buffer was garbage before it was released. Stands in META-INF/services, so that it
 * opens before Netty's classes ask for their detector and closes after the last test.
 */
public final class LeakGuard implements LauncherSessionListener {
    private final LeakLog leaks = new LeakLog();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(leaks.factory());
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        Garbage.collect();
        touchDetector();
        leaks.failIfAny();
    }

    /** Detectors report what the collector found when the next buffer is tracked. */
    private static void touchDetector() {
        ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(1);
        buffer.release();
    }
}
