package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.UnixName;
import java.lang.foreign.Arena;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class SockaddrTest {
    private static SocketAddress thereAndBack(SocketAddress address, int domain) throws Exception {
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena);
            room.length.set(JAVA_INT, 0, room.put(address, domain));
            return room.get();
        }
    }

    private static InetSocketAddress inet(String ip, int port) throws Exception {
        return new InetSocketAddress(InetAddress.getByName(ip), port);
    }

    @Test
    void addressesComeBackAsTheyWent() throws Exception {
        for (int port : new int[] {0, 1, 255, 256, 32_768, 65_535}) {
            assertThat(thereAndBack(inet("127.0.0.1", port), Constants.AF_INET)).isEqualTo(inet("127.0.0.1", port));
            assertThat(thereAndBack(inet("2001:db8::ff00:42", port), Constants.AF_INET6))
                    .isEqualTo(inet("2001:db8::ff00:42", port));
        }
        assertThat(thereAndBack(inet("255.254.253.252", 80), Constants.AF_INET)).isEqualTo(inet("255.254.253.252", 80));
    }

    @Test
    void anIpv4AddressGoesThroughAnIpv6SocketInItsMappedForm() throws Exception {
        assertThat(thereAndBack(inet("192.0.2.1", 80), Constants.AF_INET6)).isEqualTo(inet("192.0.2.1", 80));
    }

    @Test
    void theScopeOfALinkLocalAddressIsKept() throws Exception {
        var ip = Inet6Address.getByAddress(null, inet("fe80::1", 0).getAddress().getAddress(), 3);
        var back = (InetSocketAddress) thereAndBack(new InetSocketAddress(ip, 80), Constants.AF_INET6);
        assertThat(((Inet6Address) back.getAddress()).getScopeId()).isEqualTo(3);
    }

    @Test
    void roomThatWasUsedBeforeLeavesNothingBehind() throws Exception {
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena);
            room.address.fill((byte) -1);
            room.put(inet("192.0.2.1", 80), Constants.AF_INET6);
            assertThat(room.get()).isEqualTo(inet("192.0.2.1", 80));
            room.address.fill((byte) -1);
            room.length.set(JAVA_INT, 0, room.put(UnixDomainSocketAddress.of("/a"), Constants.AF_UNIX));
            assertThat(room.get()).isEqualTo(UnixDomainSocketAddress.of("/a"));
        }
    }

    @Test
    void pathsOfAnyPossibleLengthComeBack() throws Exception {
        for (int length = 1; length <= 107; length++) {
            var address = UnixDomainSocketAddress.of("/" + "x".repeat(length - 1));
            assertThat(thereAndBack(address, Constants.AF_UNIX)).isEqualTo(address);
        }
        var bytesNotCharacters = UnixDomainSocketAddress.of("/ü€");
        assertThat(thereAndBack(bytesNotCharacters, Constants.AF_UNIX)).isEqualTo(bytesNotCharacters);
    }

    @Test
    void aLongerPathIsRefusedWithBothLengths() {
        var address = UnixDomainSocketAddress.of("/" + "ü".repeat(54));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> thereAndBack(address, Constants.AF_UNIX))
                .withMessageContainingAll("109 bytes", "107");
    }

    @Test
    void namesOfAnyPossibleLengthComeBack() throws Exception {
        for (int length = 0; length <= UnixName.MOST_BYTES; length++) {
            var name = UnixName.of("x".repeat(length));
            assertThat(thereAndBack(name, Constants.AF_UNIX)).isEqualTo(name);
        }
        var anyBytes = UnixName.of(ByteString.copyOf(new byte[] {0, -1, 0}));
        assertThat(thereAndBack(anyBytes, Constants.AF_UNIX)).isEqualTo(anyBytes);
    }

    @Test
    void anAddressOfTheWrongFamilyIsRefused() throws Exception {
        var six = inet("::1", 80);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> thereAndBack(six, Constants.AF_INET))
                .withMessageContaining("0:0:0:0:0:0:0:1");
    }
}
