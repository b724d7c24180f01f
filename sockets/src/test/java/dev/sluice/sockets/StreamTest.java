package dev.sluice.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The channels under the JDK's own names: streams, and byte channels.
// 43
@EveryTransport
class StreamTest {
    private final Net net;
    private final Setup setup;
    private final Net.Outside outside;

    StreamTest(Setup setup) throws IOException {
        this.setup = setup;
        net = new Net(setup);
        outside = net.outside();
    }

    @AfterEach
    void close() throws IOException {
        outside.close();
        net.close();
    }

    @Test
    void singleBytesAreReadWithoutASign() throws Exception {
        try (var in = outside.near().in().toInputStream()) {
            outside.send(new byte[] {1, (byte) 0xFF});
            outside.peer().shutdownOutput();
            assertThat(in.read()).isEqualTo(1);
            assertThat(in.read()).isEqualTo(0xFF);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void rangesAreRead() throws Exception {
        try (var in = outside.near().in().toInputStream()) {
            outside.send("abcdefghij");
            assertThat(outside.near().in().awaitContent(10)).isTrue();
            assertThat(in.available()).isEqualTo(10);
            var room = new byte[6];
            assertThat(in.read(room, 2, 3)).isEqualTo(3);
            assertThat(room).containsExactly(0, 0, 'a', 'b', 'c', 0);
            assertThat(in.read(room, 0, 0)).isZero();
            assertThat(in.skip(2)).isEqualTo(2);
            assertThat(in.skip(-1)).isZero();
            assertThat(in.readNBytes(2)).asString().isEqualTo("fg");
            outside.peer().shutdownOutput();
            assertThat(in.skip(100)).isEqualTo(3);
            assertThat(in.read(room, 0, 6)).isEqualTo(-1);
            assertThat(in.available()).isZero();
        }
    }

    @Test
    void aRangeOutsideTheArrayIsRefused() throws Exception {
        try (var in = outside.near().in().toInputStream();
                var out = outside.near().out().toOutputStream()) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> in.read(new byte[2], 1, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> out.write(new byte[2], 1, 2));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> out.write(new byte[2], -1, 1));
        }
    }

    @Test
    void aStreamWritesWhatItIsGiven() throws Exception {
        try (var out = outside.near().out().toOutputStream()) {
            out.write('a');
            out.write("bc".getBytes(UTF_8));
            out.write("_def_".getBytes(UTF_8), 1, 3);
            assertThat(outside.peer().getInputStream().available()).isZero();
            out.flush();
            assertThat(outside.receive(6)).isEqualTo("abcdef");
            out.write(0x141); // the low byte counts
        }
        assertThat(outside.peer().getInputStream().readAllBytes()).asString().isEqualTo("A");
    }

    @Test
    void largeWritesArrive() throws Exception {
        var sent = Net.noise(3 << 20);
        var writer = setup.run(() -> {
            try (var out = outside.near().out().toOutputStream()) {
                out.write(sent);
            }
        });
        assertThat(outside.peer().getInputStream().readAllBytes()).isEqualTo(sent);
        writer.get();
    }

    @Test
    void closingAnOutputStreamSendsTheRestAndTheEndOnce() throws Exception {
        var out = outside.near().out().toOutputStream();
        out.write('x');
        out.close();
        out.close();
        assertThat(outside.peer().getInputStream().readAllBytes()).containsExactly('x');
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> out.write('y'));
        assertThatExceptionOfType(IOException.class).isThrownBy(out::flush);
    }

    @Test
    void closingAnInputStreamLeavesTheSocketOpenForWriting() throws Exception {
        var in = outside.near().in().toInputStream();
        in.close();
        in.close();
        assertThatExceptionOfType(IOException.class).isThrownBy(in::read);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> in.read(new byte[1]));
        outside.near().out().writeByte('x');
        outside.near().out().flush();
        assertThat(outside.receive(1)).isEqualTo("x");
    }

    @Test
    void failuresPassThrough() throws Exception {
        var in = outside.near().in().toInputStream();
        var out = outside.near().out().toOutputStream();
        outside.reset();
        assertThatExceptionOfType(SocketException.class).isThrownBy(in::read);
        assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                out.write(i);
                out.flush();
            }
        });
    }

    @Test
    void codeThatKnowsOnlyStreamsWorks() throws Exception {
        var pair = net.pair();
        var writer = setup.run(() -> {
            try (var text = new PrintWriter(pair.near().out().toOutputStream(), false, UTF_8)) {
                text.println("first");
                text.println("zweite €");
            }
        });
        try (var lines =
                new BufferedReader(new InputStreamReader(pair.far().in().toInputStream(), UTF_8))) {
            assertThat(lines.readAllLines()).containsExactly("first", "zweite €");
        }
        writer.get();
    }

    @Test
    void compressedStreamsWork() throws Exception {
        var pair = net.pair();
        var sent = Net.noise(100_000);
        var writer = setup.run(() -> {
            try (var out = new GZIPOutputStream(pair.near().out().toOutputStream())) {
                out.write(sent);
            }
        });
        try (var in = new DataInputStream(new GZIPInputStream(pair.far().in().toInputStream()))) {
            var received = new byte[sent.length];
            in.readFully(received);
            assertThat(received).isEqualTo(sent);
            assertThat(in.read()).isEqualTo(-1);
        }
        writer.get();
    }

    @Test
    void aStreamIsTransferredWhole() throws Exception {
        var sent = Net.noise(1 << 20);
        var received = new ByteArrayOutputStream();
        var reader = setup.async(() -> outside.near().in().toInputStream().transferTo(received));
        outside.send(sent);
        outside.peer().shutdownOutput();
        assertThat(reader.get()).isEqualTo(sent.length);
        assertThat(received.toByteArray()).isEqualTo(sent);
    }

    @Test
    void aReadChannelIsAReadableByteChannel() throws Exception {
        ReadableByteChannel channel = outside.near().in();
        outside.send("abc");
        var room = ByteBuffer.allocateDirect(2);
        assertThat(channel.read(room)).isBetween(1, 2);
        assertThat(channel.isOpen()).isTrue();
        outside.peer().shutdownOutput();
        try (var reader = Channels.newReader(channel, UTF_8)) {
            assertThat(reader.readAllAsString()).endsWith("c");
        }
        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(ClosedReadChannelException.class).isThrownBy(() -> channel.read(room.clear()));
    }

    @Test
    void aWriteChannelIsAWritableByteChannel() throws Exception {
        try (WritableByteChannel channel = outside.near().out()) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(channel.write(ByteBuffer.wrap("abc".getBytes(UTF_8)))).isEqualTo(3);
            assertThat(channel.write(ByteBuffer.allocate(0))).isZero();
            try (var writer = Channels.newWriter(channel, UTF_8)) {
                writer.write("äöü");
            }
            assertThat(channel.isOpen()).isFalse();
        }
        assertThat(outside.peer().getInputStream().readAllBytes())
                .asString(UTF_8)
                .isEqualTo("abcäöü");
    }
}
