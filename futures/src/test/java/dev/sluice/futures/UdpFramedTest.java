package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.codec.LengthCodec;
import dev.sluice.futures.codec.LengthField;
import dev.sluice.futures.codec.LineCodec;
import dev.sluice.futures.codec.UdpFramed;
import dev.sluice.futures.codec.UdpFramed.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Frames in datagrams; checklist item 76.
@EveryTransport
@Timeout(60)
class UdpFramedTest {
    private final Net net;
    private final UdpSocket here;
    private final UdpSocket there;

    UdpFramedTest(Setup setup) throws IOException {
        net = new Net(setup);
        here = net.udp();
        there = net.udp();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Item 76.
    @Test
    void aDatagramGivesSeveralFramesEachWithItsSender() throws Exception {
        var lines = UdpFramed.of(here, new LineCodec(100));
        there.sendDgram(utf8("a\nb\nlast"), here.localAddress()).await();
        there.sendDgram(utf8(""), here.localAddress()).await();
        there.sendDgram(utf8("next\n"), here.localAddress()).await();
        var from = there.localAddress();
        assertThat(lines.take(4).toList().await())
                .isEqualTo(List.of(
                        new Frame<>("a", from),
                        new Frame<>("b", from),
                        new Frame<>("last", from),
                        new Frame<>("next", from)));
    }

    /// Item 76.
    @Test
    void anItemGoesAsOneDatagram() throws Exception {
        var out = UdpFramed.of(there, new LengthCodec(LengthField.ofShort()));
        var in = UdpFramed.of(here, new LengthCodec(LengthField.ofShort()));
        for (int size : new int[] {0, 3, 600, 60_000}) {
            out.send(ByteString.zeros(size), here.localAddress()).await();
            assertThat(in.next().await()).hasValue(new Frame<>(ByteString.zeros(size), there.localAddress()));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        out.send(ByteString.zeros(65_536), here.localAddress()).await());
    }

    @Test
    void aStreamThatGoesOnAfterFailuresEndsWhenItsSocketIsClosed() throws Exception {
        var told = new ArrayList<IOException>();
        var items = UdpFramed.of(here, new LengthCodec(LengthField.ofByte())).onFailure(told::add);
        there.sendDgram(utf8("\5abc"), here.localAddress()).await();
        there.sendDgram(utf8("\1x"), here.localAddress()).await();
        assertThat(items.next().await().orElseThrow().item().utf8()).isEqualTo("x");
        assertThat(told).singleElement().isInstanceOf(EOFException.class);
        here.close();
        assertThat(items.toList().await()).isEmpty();
        assertThat(items.next().await()).isEmpty();
        assertThat(told).hasSize(2).last().isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aBadDatagramCostsThatOneOnly() throws Exception {
        var in = UdpFramed.of(here, new LengthCodec(LengthField.ofByte()));
        for (var text : List.of("\5abc", "\1x", "\1y\4z", "\1z")) {
            there.sendDgram(utf8(text), here.localAddress()).await();
        }
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> in.next().await());
        assertThat(in.next().await().orElseThrow().item().utf8()).isEqualTo("x");
        assertThat(in.next().await().orElseThrow().item().utf8()).isEqualTo("y");
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> in.next().await());
        assertThat(in.next().await().orElseThrow().item().utf8()).isEqualTo("z");
    }
}
