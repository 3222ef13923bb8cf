package io.crossfade.admin.leak;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Collects what leak detectors find, from any thread. */
final class LeakLog {
    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    ResourceLeakDetectorFactory factory() {
        return new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // the one method every path of Netty ends in
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Detector<>(resource, samplingInterval);
            }
        };
    }

    /** The error names each resource and where it was touched last. */
    void failIfAny() {
        if (!found.isEmpty()) {
            throw new AssertionError(
                    found.size() + " leaked: who takes a buffer last releases it.\n" + String.join("\n", found));
        }
    }

    private final class Detector<T> extends ResourceLeakDetector<T> {
        Detector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            found.add("LEAK: " + resourceType + " was not released" + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            found.add("LEAK: " + resourceType + " was not released");
        }
    }
}
