package io.crossfade.admin.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Leaks on purpose into a log of its own, so that the guard of this run sees nothing of it. */
class LeakLogTest {
    private final LeakLog leaks = new LeakLog();
    private final ResourceLeakDetector<Object> detector = leaks.factory().newResourceLeakDetector(Object.class);

    @Test
    void failsForWhatWasNotReleasedAndNamesTheLastTouch() {
        leak();
        Garbage.collect();
        release();
        assertThatThrownBy(leaks::failIfAny)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Object was not released")
                .hasMessageContaining("the deliberate one");
    }

    @Test
    void keepsQuietAboutWhatWasReleased() {
        release();
        Garbage.collect();
        release();
        assertThatCode(leaks::failIfAny).doesNotThrowAnyException();
    }

    /** Without this the guard might stand beside a run that never asks it. */
    @Test
    void thisRunIsGuarded() {
        var ofThisRun = ResourceLeakDetectorFactory.instance().newResourceLeakDetector(Object.class);
        assertThat(ofThisRun).hasSameClassAs(detector);
    }

    private void leak() {
        track(new Object()).record("the deliberate one");
    }

    private void release() {
        Object resource = new Object();
        track(resource).close(resource);
    }

    private ResourceLeakTracker<Object> track(Object resource) {
        return Objects.requireNonNull(detector.track(resource), "paranoid detection tracks everything");
    }
}
