package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What epoll is told and tells, epoll_ctl(2); packed on x86-64 only:
///
/// ```c
/// struct epoll_event {
///     uint32_t     events;
///     epoll_data_t data;    // 64 bits of the user's own
/// } __EPOLL_PACKED;
/// ```
final class EpollEvent {
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    static final int EVENTS = 0;
    static final int DATA = PACKED ? 4 : 8;
    static final int SIZE = PACKED ? 12 : 16;

    private EpollEvent() {}

    static MemorySegment allocate(Arena arena, int count) {
        return arena.allocate((long) SIZE * count, Long.BYTES);
    }

    static int events(MemorySegment array, int index) {
        return array.get(JAVA_INT_UNALIGNED, (long) index * SIZE + EVENTS);
    }

    static long data(MemorySegment array, int index) {
        return array.get(JAVA_LONG_UNALIGNED, (long) index * SIZE + DATA);
    }

    static void set(MemorySegment event, int events, long data) {
        event.set(JAVA_INT_UNALIGNED, EVENTS, events);
        event.set(JAVA_LONG_UNALIGNED, DATA, data);
    }
}
