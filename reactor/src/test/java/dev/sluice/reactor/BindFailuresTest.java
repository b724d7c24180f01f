package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both the words of errno and those of the JDK are understood.
class BindFailuresTest {
    private static IOException explain(SocketAddress address, String reason) {
        var why = new BindException(reason);
        var told = BindFailures.explain(BindFailures.Use.LISTEN, address, why);
        assertThat(told).isInstanceOf(BindException.class).hasCause(why).hasMessageContaining(reason);
        return told;
    }

    private static InetSocketAddress at(String ip, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(ip), port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"address already in use (EADDRINUSE)", "Address already in use"})
    void whoHasThePortIsNamedWhereThatCanBeSeen(String reason) throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = server.getLocalPort();
            var told = explain(at("127.0.0.1", port), reason);
            assertThat(told)
                    .hasMessageStartingWith("[X-201] port " + port + " on 127.0.0.1 is in use")
                    .hasMessageContaining("SO_REUSEPORT");
            if (Files.isReadable(Path.of("/proc/self/fd"))) {
                assertThat(told)
                        .hasMessageContaining(
                                " by pid " + ProcessHandle.current().pid() + " (");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"permission denied (EACCES)", "Permission denied"})
    void aMissingPrivilegeIsNamed(String reason) throws Exception {
        assertThat(explain(at("0.0.0.0", 80), reason))
                .hasMessageStartingWith("[X-202] port 80 needs the CAP_NET_BIND_SERVICE capability");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cannot assign requested address (EADDRNOTAVAIL)", "Cannot assign requested address"})
    void theAddressesThatThereAreAreListed(String reason) throws Exception {
        assertThat(explain(at("203.0.113.1", 80), reason))
                .hasMessageStartingWith("[X-203] 203.0.113.1 is not an address of this host")
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    void anyOtherReasonIsToldAsItIs() throws Exception {
        assertThat(explain(at("127.0.0.1", 80), "out of luck"))
                .hasMessage("listen on 127.0.0.1:80 failed: out of luck");
        assertThat(BindFailures.explain(BindFailures.Use.LISTEN, at("127.0.0.1", 80), new IOException("no memory")))
                .hasMessage("listen on 127.0.0.1:80 failed: no memory");
        assertThat(explain(UnixDomainSocketAddress.of("/run/x"), "Address already in use"))
                .hasMessage("listen on /run/x failed: Address already in use");
    }
}
