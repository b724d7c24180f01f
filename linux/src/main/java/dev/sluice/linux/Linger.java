package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/// How long a close waits for unsent data, socket(7):
///
/// ```c
/// struct linger {
///     int l_onoff;
///     int l_linger;  // seconds
/// };
/// ```
final class Linger {
    static final int SIZE = 8;
    static final int L_ONOFF = 0;
    static final int L_LINGER = 4;

    private Linger() {}

    /// @param seconds negative for off
    static void put(MemorySegment at, int seconds) {
        at.set(JAVA_INT, L_ONOFF, seconds < 0 ? 0 : 1);
        at.set(JAVA_INT, L_LINGER, Math.max(0, seconds));
    }

    static int get(MemorySegment at) {
        return at.get(JAVA_INT, L_ONOFF) == 0 ? -1 : at.get(JAVA_INT, L_LINGER);
    }
}
