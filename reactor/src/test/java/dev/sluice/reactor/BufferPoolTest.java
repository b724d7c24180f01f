package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    @Test
    void theBufferGivenBackLastIsTakenNextAndEmpty() {
        var pool = new BufferPool(64, true, 2);
        var first = pool.take();
        var second = pool.take();
        assertThat(first).isNotSameAs(second);
        pool.give(first);
        second.position(10).limit(20);
        pool.give(second);
        assertThat(pool.take()).isSameAs(second);
        assertThat(second.position()).isZero();
        assertThat(second.limit()).isEqualTo(64);
        assertThat(pool.take()).isSameAs(first);
    }

    @Test
    void nothingIsKeptBeyondTheLimit() {
        var pool = new BufferPool(64, false, 1);
        var kept = pool.take();
        var dropped = pool.take();
        pool.give(kept);
        pool.give(dropped);
        assertThat(pool.take()).isSameAs(kept);
        assertThat(pool.take()).isNotSameAs(dropped);
    }

    @Test
    void buffersAreOfTheKindAndSizeAskedFor() {
        assertThat(new BufferPool(64, true, 1).take().isDirect()).isTrue();
        assertThat(new BufferPool(64, false, 1).take().isDirect()).isFalse();
        assertThat(new BufferPool(64, true, 1).take().capacity()).isEqualTo(64);
    }

    @Test
    void aStrangersBufferIsRefused() {
        var pool = new BufferPool(64, true, 1);
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> pool.give(ByteBuffer.allocate(64)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> pool.give(ByteBuffer.allocateDirect(65)));
    }

    @Test
    void noBufferIsLentTwiceAtATime() throws Exception {
        var pool = new BufferPool(64, true, 3);
        var lent = Collections.synchronizedMap(new IdentityHashMap<ByteBuffer, AtomicInteger>());
        var work = new ArrayList<Future<?>>();
        for (int t = 0; t < 4; t++) {
            work.add(Eventually.async(() -> {
                for (int i = 0; i < 50_000; i++) {
                    var buffer = pool.take();
                    var users = lent.computeIfAbsent(buffer, _ -> new AtomicInteger());
                    assertThat(users.incrementAndGet()).isEqualTo(1);
                    users.decrementAndGet();
                    pool.give(buffer);
                }
                return null;
            }));
        }
        for (var one : work) {
            Eventually.get(one);
        }
    }
}
