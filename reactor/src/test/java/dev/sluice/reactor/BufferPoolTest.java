package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.testing.Eventually;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    @Test
    void theBufferGivenBackLastIsTakenNextAndEmpty() {
        var pool = new BufferPool(64, true, 2);
        var buffer = pool.take();
        for (int i = 0; i < 3; i++) {
            buffer.position(10).limit(20);
            pool.give(buffer);
            assertThat(pool.take()).isSameAs(buffer);
            assertThat(buffer.position()).isZero();
            assertThat(buffer.limit()).isEqualTo(64);
        }
    }

    @Test
    void buffersGivenBackAreTakenAgainAsFarAsTheyAreKept() {
        var pool = new BufferPool(64, false, 2);
        Set<ByteBuffer> given = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 10; i++) {
            given.add(ByteBuffer.allocate(64));
        }
        given.forEach(pool::give);
        int kept = 0;
        while (given.remove(pool.take())) {
            kept++;
        }
        assertThat(kept).isEqualTo(2);
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
