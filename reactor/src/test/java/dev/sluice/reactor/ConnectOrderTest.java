package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 8305, section 4.
class ConnectOrderTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "2001:db8::1, 2001:db8::1",
        "192.0.2.1 2001:db8::1, 2001:db8::1 192.0.2.1",
        "192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2, 2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2",
        "192.0.2.1 192.0.2.2 192.0.2.3 2001:db8::1, 2001:db8::1 192.0.2.1 192.0.2.2 192.0.2.3",
        "2001:db8::1 2001:db8::2 2001:db8::3 192.0.2.1, 2001:db8::1 192.0.2.1 2001:db8::2 2001:db8::3"
    })
    void familiesTakeTurnsIpv6FirstEachInTheResolversOrder(String resolved, String tried) throws Exception {
        var expected = new ArrayList<SocketAddress>();
        for (var one : addresses(tried)) {
            expected.add(new InetSocketAddress(one, 443));
        }
        assertThat(Connect.interleave(addresses(resolved), 443)).isEqualTo(expected);
    }

    private static List<InetAddress> addresses(String list) throws Exception {
        var addresses = new ArrayList<InetAddress>();
        for (var literal : list.split(" ", -1)) {
            addresses.add(InetAddress.getByName(literal));
        }
        return addresses;
    }
}
