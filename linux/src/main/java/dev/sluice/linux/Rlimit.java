package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A limit of the process, getrlimit(2):
///
/// ```c
/// struct rlimit {
///     rlim_t rlim_cur;  // in force
///     rlim_t rlim_max;  // what it may be raised to
/// };
/// ```
final class Rlimit {
    static final int SIZE = 16;
    static final int RLIM_CUR = 0;
    static final int RLIM_MAX = 8;

    private static final int RLIMIT_NOFILE = 7;

    private Rlimit() {}

    /// In words: how many files the process may have open.
    static String openFiles(Sys sys) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(SIZE, Long.BYTES);
            if (sys.getrlimit(RLIMIT_NOFILE, limit) < 0) {
                return "limit not known";
            }
            return "limit " + limit.get(JAVA_LONG, RLIM_CUR) + ", hard limit " + limit.get(JAVA_LONG, RLIM_MAX);
        }
    }
}
