package dev.sluice.actors;

import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.bytes.ByteString;
import dev.sluice.testing.Between.Call;
import dev.sluice.testing.Eventually;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.UntypedAbstractActor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What connections ask of the system, and how often.
@EveryTransport
@Timeout(60)
class CallsTest {
    private static final int LARGE = 32 * 1024;

    /// Too long to become one with its neighbours.
    private static final ByteString FRAGMENT = bytes(200);

    private final ActorSystem system;
    private final Net net;

    /// How many bytes each write was given.
    private final Queue<Integer> writes = new ConcurrentLinkedQueue<>();

    /// Whether what each large write was given lies in the heap.
    private final Queue<Boolean> largeWritesFromHeap = new ConcurrentLinkedQueue<>();

    private final AtomicInteger readsIntoHeap = new AtomicInteger();

    private final Queue<Thread> movers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger wakeups = new AtomicInteger();

    /// How long the loop sleeps.
    private final AtomicLong patience = new AtomicLong();

    CallsTest(Setup setup) throws Exception {
        var transport = ScriptedTransport.of(setup.transport(), call -> {
            switch (call.name()) {
                case "read" -> {
                    movers.add(Thread.currentThread());
                    if (bufferOf(call).hasArray()) {
                        readsIntoHeap.incrementAndGet();
                    }
                }
                case "write" -> {
                    movers.add(Thread.currentThread());
                    var src = bufferOf(call);
                    writes.add(src.remaining());
                    if (src.remaining() >= LARGE) {
                        largeWritesFromHeap.add(!src.isDirect());
                    }
                }
                case "wakeup" -> wakeups.incrementAndGet();
                case "select" ->
                    patience.set((Long) Objects.requireNonNull(call.arguments().getFirst()));
                default -> {}
            }
            return call.real();
        });
        system = setup.start("sluice.io.loops = 1", new TransportSetup(transport));
        net = new Net(setup, system);
    }

    private static ByteBuffer bufferOf(Call call) {
        return (ByteBuffer) Objects.requireNonNull(call.arguments().getFirst());
    }

    @AfterEach
    void close() throws Exception {
        net.close();
        var _ = system.terminate();
    }

    /// B104, D46.
    @Test
    void aCompoundLeavesInOneCall() throws Exception {
        var link = net.link();
        var parts = new ArrayList<SimpleWriteCommand>();
        for (int i = 0; i < 100; i++) {
            parts.add(new Write(bytes(50), i));
        }
        link.handler().send(link.connection(), WriteCommand.create(parts));
        assertThat(link.peer().read(5_000)).isEqualTo(bytes(50).repeat(100));
        for (int i = 0; i < 100; i++) {
            assertThat(link.handler().next()).isEqualTo(i);
        }
        assertThat(writes).containsExactly(5_000);
    }

    /// D40, D41, D48.
    @Test
    void anEchoOnItsLoopCrossesNoThreadAndWakesNobody() throws Exception {
        var link = echoed();
        roundTrip(link);
        wakeups.set(0);
        movers.clear();
        for (int i = 0; i < 50; i++) {
            roundTrip(link);
        }
        assertThat(wakeups).hasValue(0);
        assertThat(movers).hasSizeGreaterThanOrEqualTo(100);
        assertThat(movers.stream().distinct()).hasSize(1);
    }

    /// D47.
    @Test
    void aRopeCostsInProportionToItsLength() throws Exception {
        var _ = allocatedFor(10_000); // what the first one makes once
        long less = allocatedFor(10_000);
        long more = allocatedFor(80_000);
        assertThat(more).isLessThan(24 * less);
    }

    /// What the loop allocates to send that many fragments.
    private long allocatedFor(int fragments) throws Exception {
        var link = net.link();
        var rope = ByteString.empty();
        for (int i = 0; i < fragments; i++) {
            rope = rope.append(FRAGMENT);
        }
        int size = rope.size();
        var received = Eventually.async(() -> link.peer().read(size));
        link.peer().write("where the loop is");
        link.handler().receive(17);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long loop = movers.stream().distinct().toList().getLast().threadId();
        long before = threads.getThreadAllocatedBytes(loop);
        link.handler().send(link.connection(), new Write(rope, "sent"));
        link.handler().expectThis("sent");
        long allocated = threads.getThreadAllocatedBytes(loop) - before;
        assertThat(Eventually.get(received)).isEqualTo(rope);
        return allocated;
    }

    /// D45, D46.
    @Test
    void whatIsLargeStaysWhereItWasRead() throws Exception {
        var link = echoed();
        var all = bytes(200_000); // all of it may wait to be written
        for (int i = 0; i < 10; i++) {
            var back = Eventually.async(() -> link.peer().read(all.size()));
            link.peer().write(all);
            assertThat(Eventually.get(back)).isEqualTo(all);
        }
        assertThat(readsIntoHeap).hasPositiveValue();
        assertThat(largeWritesFromHeap).contains(true); // small pieces of what waits are gathered
    }

    /// D44.
    @Test
    void whatIsSmallNeedsNoArrayOfTheLargeSize() throws Exception {
        var link = echoed();
        for (int i = 0; i < 50; i++) {
            roundTrip(link);
        }
        assertThat(readsIntoHeap).hasValue(0);
    }

    private Net.Link echoed() throws Exception {
        var link = net.unregistered();
        var echo = Props.create(Echo.class, Echo::new);
        link.handler().send(link.connection(), new Register(system.actorOf(Tcp.sameLoop(link.connection(), echo))));
        return link;
    }

    private static void roundTrip(Net.Link link) throws Exception {
        link.peer().write("ping");
        assertThat(link.peer().readText(4)).isEqualTo("ping");
    }

    private static final class Echo extends UntypedAbstractActor {
        @Override
        public void onReceive(Object message) {
            if (message instanceof Received(var data, var connection)) {
                connection.tell(new Write(data), getSelf());
            } else {
                unhandled(message);
            }
        }
    }

    /// D43.
    @Test
    void aLoopWithIdleConnectionsSleepsWithoutLimit() throws Exception {
        var link = net.link();
        link.peer().write("once");
        link.handler().receive(4);
        Eventually.until("it sleeps", () -> patience.get() < 0);
    }
}
