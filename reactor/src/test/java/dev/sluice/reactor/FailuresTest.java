package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reactor.transport.OutOfDescriptorsException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void aFailureKeepsItsTypeAndItsCauseAndGetsTheOperation() {
        Map<IOException, Class<?>> expected = Map.of(
                new ConnectException("why"), ConnectException.class,
                new BindException("why"), BindException.class,
                new NoRouteToHostException("why"), NoRouteToHostException.class,
                new PortUnreachableException("why"), PortUnreachableException.class,
                new UnknownHostException("why"), UnknownHostException.class,
                new SocketException("why"), SocketException.class,
                new OutOfDescriptorsException("why"), SocketException.class,
                new IOException("why"), SocketException.class);
        expected.forEach((why, type) -> assertThat(Failures.at("read on here", why))
                .isExactlyInstanceOf(type)
                .hasMessage("read on here failed: why")
                .hasCause(why));
    }

    @Test
    void aCloseIsToldAsItIs() {
        var closed = new ClosedChannelException();
        assertThat(Failures.at("read", closed)).isSameAs(closed);
        var reactorClosed = new ReactorClosedException("here");
        assertThat(Failures.at("read", reactorClosed))
                .isSameAs(reactorClosed)
                .isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void addressesAreWrittenAsPeopleWriteThem() throws Exception {
        assertThat(Failures.text(at(new byte[] {127, 0, 0, 1}))).isEqualTo("127.0.0.1:80");
        assertThat(Failures.text(at(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})))
                .isEqualTo("[0:0:0:0:0:0:0:1]:80");
        assertThat(Failures.text(InetSocketAddress.createUnresolved("example.org", 80)))
                .isEqualTo("example.org:80");
        assertThat(Failures.text(UnixDomainSocketAddress.of("/run/x"))).isEqualTo("/run/x");
        assertThat(Failures.text(UnixDomainSocketAddress.of(""))).isEqualTo("(unnamed)");
        assertThat(Failures.text(null)).isEqualTo("?");
    }

    private static InetSocketAddress at(byte[] ip) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(ip), 80);
    }
}
