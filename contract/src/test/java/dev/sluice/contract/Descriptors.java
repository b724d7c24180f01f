package dev.sluice.contract;

import dev.sluice.testing.Eventually;
import java.io.File;

/// How many descriptors this process has open, as /proc tells.
final class Descriptors {
    private Descriptors() {}

    static int open() {
        var entries = new File("/proc/self/fd").list();
        return entries == null ? 0 : entries.length;
    }

    /// Those that are on their way back are waited for.
    static void areBackTo(int baseline) {
        Eventually.until("descriptors are back to " + baseline, () -> open() <= baseline);
    }
}
