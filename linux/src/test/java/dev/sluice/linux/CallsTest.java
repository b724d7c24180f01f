package dev.sluice.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.StreamSocket;
import dev.sluice.testing.Between;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which calls to the system a socket makes, and with which memory.
class CallsTest {
    private static final byte[] MESSAGE = "message".getBytes(UTF_8);

    /// @param memory what the call was given as memory: an address, or a segment on the heap
    private record Call(
            String name, Thread thread, @Nullable Object memory) {}

    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final List<StreamSocket> pair = new ArrayList<>();
    private final Reactor reactor;

    CallsTest() throws IOException, InterruptedException {
        var sys = Between.put(Sys.libc(), this::note, Sys.class);
        reactor =
                Reactor.builder().transport(ScriptedSys.transport(sys)).loops(1).open();
        try (var listener = reactor.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, Options.none(), Options.none())) {
            pair.add(Parked.result(reactor.connect(listener.localAddress(), null, Options.none(), Duration.ZERO)));
            pair.add(Parked.accept(listener));
        }
        Parked.write(pair.getFirst(), ByteBuffer.wrap(MESSAGE));
        var far = pair.getLast();
        Parked.readExactly(far, MESSAGE.length); // before its first read a socket may have anything
        Parked.untilAllIsTold(far.loop()); // or the loop would tell of that message later
        assertThat(far.read(ByteBuffer.allocate(1))).isEqualTo(StreamSocket.WOULD_BLOCK);
    }

    private @Nullable Object note(Between.Call call) throws Throwable {
        var given = call.arguments();
        calls.add(new Call(call.name(), Thread.currentThread(), given.size() > 1 ? given.get(1) : null));
        return call.real();
    }

    @AfterEach
    void close() {
        reactor.close();
    }

    /// Those of this thread since the last look; the loop makes its own.
    private List<Call> own() {
        var own = calls.stream()
                .filter(call -> call.thread == Thread.currentThread())
                .toList();
        calls.removeIf(call -> call.thread == Thread.currentThread());
        return own;
    }

    private static Stream<ByteBuffer> memories() {
        return Stream.of(ByteBuffer.allocate(100), ByteBuffer.allocateDirect(100));
    }

    /// What is read next would have to wait, which the short read has shown: that takes no call.
    @ParameterizedTest
    @MethodSource("memories")
    void aMessageIsOneCallToSendAndOneToReceive(ByteBuffer memory) throws Exception {
        var near = pair.getFirst();
        var far = pair.getLast();
        for (int i = 0; i < 10; i++) {
            own();
            assertThat(near.write(memory.clear().put(MESSAGE).flip())).isEqualTo(MESSAGE.length);
            assertThat(own()).extracting(Call::name).containsExactly("send");
            Parked.until(far.input());
            assertThat(far.read(memory.clear())).isEqualTo(MESSAGE.length);
            assertThat(far.read(memory)).isEqualTo(StreamSocket.WOULD_BLOCK);
            assertThat(own()).extracting(Call::name).containsExactly("recv");
        }
    }

    @ParameterizedTest
    @MethodSource("memories")
    void theSystemGetsTheCallersOwnMemory(ByteBuffer memory) throws Exception {
        own();
        pair.getFirst().write(memory.clear().put(MESSAGE).flip());
        Parked.until(pair.getLast().input());
        pair.getLast().read(memory.clear());
        var expected = MemorySegment.ofBuffer(memory.clear());
        assertThat(own()).hasSize(2).allSatisfy(call -> {
            if (memory.isDirect()) {
                assertThat(call.memory()).isEqualTo(expected.address());
            } else {
                assertThat(((MemorySegment) Objects.requireNonNull(call.memory())).heapBase())
                        .isEqualTo(expected.heapBase());
            }
        });
    }
}
