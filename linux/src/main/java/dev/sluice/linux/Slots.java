package dev.sluice.linux;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The handles that one epoll instance watches, each under a token: slot in the low half, generation of the slot
/// in the high half. A slot is used again, a token is not, so a late event never reaches the wrong handle.
///
/// Any thread adds and removes, under the lock; the loop looks up without it.
final class Slots {
    private static final int FIRST = 64;

    private final ReentrantLock lock = new ReentrantLock();

    /// Replaced when it grows; an entry is written before its token is known to the kernel.
    private volatile @Nullable LinuxHandle[] handles = new LinuxHandle[FIRST];

    /// Guarded by the lock, as all below.
    private int[] generations = new int[FIRST];

    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int used;

    long add(LinuxHandle handle) {
        lock.lock();
        try {
            int slot = free.isEmpty() ? used++ : free.pop();
            var table = handles;
            if (slot == table.length) {
                table = Arrays.copyOf(table, slot * 2);
                generations = Arrays.copyOf(generations, slot * 2);
            }
            long token = token(slot, generations[slot]);
            handle.token = token;
            table[slot] = handle;
            handles = table;
            return token;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a handle out; again does nothing.
    void remove(long token) {
        int slot = (int) token;
        lock.lock();
        try {
            if (get(token) == null) {
                return;
            }
            handles[slot] = null;
            generations[slot] = (generations[slot] + 1) & Integer.MAX_VALUE;
            free.push(slot);
        } finally {
            lock.unlock();
        }
    }

    /// The handle with this token; null if it has been removed.
    @Nullable
    LinuxHandle get(long token) {
        var handle = handles[(int) token];
        return handle != null && handle.token == token ? handle : null;
    }

    private static long token(int slot, int generation) {
        return (long) generation << 32 | slot;
    }
}
