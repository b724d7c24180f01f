package dev.sluice.futures.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import dev.sluice.futures.UdpSocket;
import dev.sluice.futures.codec.UdpFramed.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Frames in datagrams; checklist item 76.
@Timeout(60)
class UdpFramedTest {
    private UdpSocket here;
    private UdpSocket there;

    @BeforeEach
    void bind() throws IOException {
        here = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        there = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws Exception {
        here.close();
        there.close();
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
