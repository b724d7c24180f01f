package dev.sluice.reactor;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The timers of one loop: a binary heap by [Timer#dueNanos]. Belongs to the loop's thread, [#cancelled] apart.
///
/// A cancelled timer stays until its time comes, or until there have been half as many cancellations as there are
/// timers: then the heap is built anew without them, so that any number of timers set and cancelled needs bounded
/// memory, at a constant cost each.
final class TimerHeap {
    private static final int SMALLEST = 64;

    private @Nullable Timer[] heap = new Timer[SMALLEST];
    private int size;
    private final AtomicInteger cancellations = new AtomicInteger();

    /// Puts a timer in, or moves it up to an earlier time.
    void place(Timer timer, long dueNanos) {
        timer.dueNanos = dueNanos;
        if (timer.index < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            timer.index = size++;
        }
        up(timer, timer.index);
    }

    /// When the earliest timer is due; [Timer#NEVER] if there is none.
    long nextNanos() {
        var first = heap[0];
        return first == null ? Timer.NEVER : first.dueNanos;
    }

    /// Runs what is due, each timer once.
    ///
    /// @return whether anything was due
    boolean fire(long nowNanos) {
        sweep();
        int before = size;
        for (int left = before; left > 0; left--) {
            var first = heap[0];
            if (first == null || first.dueNanos > nowNanos) {
                return left < before;
            }
            long placed = first.dueNanos;
            remove(first);
            first.due(placed);
        }
        return before > 0;
    }

    int size() {
        return size;
    }

    /// Counts a cancellation. Any thread.
    void cancelled() {
        cancellations.incrementAndGet();
    }

    private void sweep() {
        if (cancellations.get() <= Math.max(size / 2, SMALLEST)) {
            return;
        }
        cancellations.set(0);
        var kept = Arrays.copyOf(heap, size);
        Arrays.fill(heap, 0, size, null);
        size = 0;
        for (var timer : kept) {
            if (timer == null) {
                continue;
            }
            timer.index = -1;
            timer.dueNanos = Timer.NEVER;
            long deadline = timer.deadlineNanos();
            if (deadline != Timer.NEVER) {
                place(timer, deadline);
            }
        }
    }

    private void remove(Timer first) {
        var last = heap[--size];
        heap[size] = null;
        if (last != null && last != first) {
            down(last);
        }
        first.index = -1;
        first.dueNanos = Timer.NEVER;
    }

    private void up(Timer timer, int from) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            var above = heap[parent];
            if (above == null || above.dueNanos <= timer.dueNanos) {
                break;
            }
            put(above, at);
            at = parent;
        }
        put(timer, at);
    }

    private void down(Timer timer) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            var below = child < size ? heap[child] : null;
            var right = child + 1 < size ? heap[child + 1] : null;
            if (below != null && right != null && right.dueNanos < below.dueNanos) {
                below = right;
                child++;
            }
            if (below == null || timer.dueNanos <= below.dueNanos) {
                break;
            }
            put(below, at);
            at = child;
        }
        put(timer, at);
    }

    private void put(Timer timer, int at) {
        heap[at] = timer;
        timer.index = at;
    }
}
