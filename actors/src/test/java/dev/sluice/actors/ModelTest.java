package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Net.Link;
import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConfirmedClose;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.ResumeReading;
import dev.sluice.actors.Tcp.ResumeWriting;
import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.actors.Tcp.WritePath;
import dev.sluice.actors.Tcp.WritingResumed;
import dev.sluice.bytes.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.Terminated;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several actors write, suspend and resume at random, a peer reads and rests at random, and the connection ends
/// in one of several ways. Then each write must have had one outcome, and the peer must have got what was taken,
/// in order. The seed is told on failure, and set with `-Dsluice.seed`.
@EveryProfile
class ModelTest {
    private static final int ROUNDS = 12;
    private static final int STEPS = 120;
    private static final int HEADER_BYTES = 16;
    private static final int LARGEST = 400_000;

    /// What is in the file.
    private static final ByteString CONTENT = Net.bytes(LARGEST);

    private final Net net;

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    ModelTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    /// A write, by who wrote it and when; what is in it follows from that. Its ack, too.
    ///
    /// @param offset in the file that it is a part of; -1 if it is of none
    private record Frame(int writer, int number, int size, int offset) {
        ByteString bytes() {
            return header().append(payload());
        }

        ByteString header() {
            var header = ByteBuffer.allocate(HEADER_BYTES);
            header.putInt(writer).putInt(number).putInt(size).putInt(offset).flip();
            return ByteString.copyOf(header);
        }

        ByteString payload() {
            if (offset >= 0) {
                return CONTENT.slice(offset, offset + size);
            }
            var payload = new byte[size];
            new Random(writer * 1_000_003L + number).nextBytes(payload);
            return ByteString.unsafeWrap(payload);
        }

        WriteCommand write(Path file) {
            return offset < 0
                    ? new Write(bytes(), this)
                    : new Write(header()).append(new WritePath(file, offset, size, this));
        }
    }

    /// What one writer has sent, and what became of it.
    private static final class Writer {
        final int index;
        final Probe probe;
        final Set<Frame> open = new HashSet<>();
        final List<Frame> acked = new ArrayList<>();
        final Set<Frame> refused = new HashSet<>();
        int resumes;
        int ends;
        private int count;

        Writer(int index, Probe probe) {
            this.index = index;
            this.probe = probe;
        }

        Frame frame(Random random) {
            int size = random.nextInt(10) == 0 ? random.nextInt(LARGEST) : random.nextInt(8_000);
            boolean fromFile = size > 0 && random.nextInt(8) == 0;
            var frame = new Frame(index, count++, size, fromFile ? random.nextInt(LARGEST - size) : -1);
            open.add(frame);
            return frame;
        }

        void drain() {
            for (var message = probe.next(); !(message instanceof Terminated); message = probe.next()) {
                take(message);
            }
        }

        private void take(Object message) {
            switch (message) {
                case Frame frame -> {
                    assertThat(open.remove(frame))
                            .as("the only outcome of %s", frame)
                            .isTrue();
                    acked.add(frame);
                }
                case CommandFailed failed
                when failed.cmd() instanceof WriteCommand write -> {
                    for (SimpleWriteCommand part : write.parts()) {
                        if (part.ack() instanceof Frame frame) {
                            assertThat(open.remove(frame)).isTrue();
                            refused.add(frame);
                        }
                    }
                }
                case CommandFailed _, WritingResumed _ -> resumes--;
                case ConnectionClosed _ -> ends++;
                default -> throw new AssertionError(message);
            }
        }
    }

    /// B222, B116, B008, B096, D12.
    @Test
    void eachWriteHasOneOutcomeAndThePeerGetsWhatWasTaken() throws Exception {
        long seed = Long.getLong("sluice.seed", System.nanoTime());
        for (int round = 0; round < ROUNDS; round++, seed++) {
            try {
                new Round(new Random(seed)).play();
            } catch (AssertionError | Exception e) {
                throw new AssertionError("with -Dsluice.seed=" + seed, e);
            }
        }
    }

    private final class Round {
        private final Random random;
        private final Link link;
        private final List<Writer> writers = new ArrayList<>();
        /// Held while the peer does not read.
        private final Semaphore reading = new Semaphore(1);

        private boolean resting;

        private final ByteString sent;
        private final CompletableFuture<ByteString> read = new CompletableFuture<>();

        private final Path file = directory.resolve("content");

        Round(Random random) throws IOException {
            this.random = random;
            Files.write(file, CONTENT.toByteArray());
            boolean useResume = random.nextBoolean();
            link = net.registered(handler -> new Register(handler, true, useResume));
            for (int i = 0; i < 3; i++) {
                writers.add(new Writer(i, net.probe()));
            }
            sent = Net.bytes(random.nextInt(200_000));
        }

        void play() throws Exception {
            writers.forEach(writer -> writer.probe.watch(link.connection()));
            Thread.ofPlatform().daemon().start(this::read);
            var writing = Thread.ofPlatform().daemon().start(this::write);
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            rest(false);
            link.handler().send(link.connection(), new ResumeReading());
            assertThat(received()).isEqualTo(sent);
            writing.join();
            boolean flushed = end();
            for (var writer : writers) {
                writer.drain();
            }
            check(read.get(Probe.DEADLINE_SECONDS, TimeUnit.SECONDS), flushed);
        }

        private void step() {
            var writer = writers.get(random.nextInt(writers.size()));
            switch (random.nextInt(10)) {
                case 0 -> {
                    writer.probe.send(link.connection(), new ResumeWriting());
                    writer.resumes++;
                }
                case 1 -> link.handler().send(link.connection(), new SuspendReading());
                case 2 -> link.handler().send(link.connection(), new ResumeReading());
                case 3 -> rest(!resting);
                case 4 -> {
                    var parts = new ArrayList<WriteCommand>();
                    for (int i = random.nextInt(2, 5); i > 0; i--) {
                        parts.add(writer.frame(random).write(file));
                    }
                    writer.probe.send(link.connection(), WriteCommand.create(parts));
                }
                default ->
                    writer.probe.send(link.connection(), writer.frame(random).write(file));
            }
        }

        private void rest(boolean rest) {
            if (rest && !resting) {
                reading.acquireUninterruptibly();
            } else if (resting && !rest) {
                reading.release();
            }
            resting = rest;
        }

        /// @return whether all that was taken reaches the peer
        private boolean end() throws IOException {
            var closer = writers.getFirst().probe;
            int how = random.nextInt(4);
            switch (how) {
                case 0 -> closer.send(link.connection(), new Close());
                case 1 -> closer.send(link.connection(), new ConfirmedClose());
                case 2 -> closer.send(link.connection(), new Abort());
                default -> {
                    closer.settle(link.connection(), writers.getFirst()::take);
                    link.peer().reset();
                    link.handler().send(link.connection(), new Abort()); // if nothing is under way
                }
            }
            return how < 2;
        }

        private ByteString received() {
            var all = ByteString.empty();
            for (var message = link.handler().next(); !(message instanceof PeerClosed); ) {
                all = all.append(((Received) message).data());
                message = link.handler().next();
            }
            return all;
        }

        private void read() {
            var all = new ArrayList<ByteString>();
            try {
                var input = link.peer().socket().getInputStream();
                var buffer = new byte[16 * 1024];
                for (int n = 0; n >= 0; ) {
                    reading.acquireUninterruptibly();
                    reading.release();
                    n = input.read(buffer);
                    all.add(ByteString.copyOf(buffer, 0, Math.max(0, n)));
                }
            } catch (IOException _) { // reset
            } finally {
                read.complete(ByteString.concat(all));
            }
        }

        private void write() {
            try {
                link.peer().write(sent);
                link.peer().end();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private void check(ByteString stream, boolean flushed) {
            var inStream = new ArrayList<Frame>();
            int at = 0;
            while (stream.size() - at >= HEADER_BYTES) {
                var frame =
                        new Frame(stream.intAt(at), stream.intAt(at + 4), stream.intAt(at + 8), stream.intAt(at + 12));
                var bytes = frame.bytes();
                if (stream.size() - at < bytes.size()) {
                    break;
                }
                assertThat(stream.slice(at, at + bytes.size())).isEqualTo(bytes);
                inStream.add(frame);
                at += bytes.size();
            }
            for (var writer : writers) {
                var own = inStream.stream()
                        .filter(it -> it.writer() == writer.index)
                        .toList();
                assertThat(writer.resumes).as("ResumeWriting without answer").isZero();
                assertThat(writer.ends).isLessThanOrEqualTo(1);
                assertThat(Collections.disjoint(own, writer.refused)).isTrue();
                assertThat(writer.acked).isSortedAccordingTo((a, b) -> Integer.compare(a.number(), b.number()));
                if (flushed) {
                    assertThat(own).isEqualTo(writer.acked);
                    assertThat(at).isEqualTo(stream.size());
                }
                if (flushed || writer.ends == 0) {
                    assertThat(writer.open).as("writes without outcome").isEmpty();
                }
            }
        }
    }
}
