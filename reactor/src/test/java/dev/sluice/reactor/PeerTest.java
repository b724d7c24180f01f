package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A holder of an address holds what it was told, and is known by it.
class PeerTest {
    private static InetSocketAddress at(String ip, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(ip), port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.255.255.255", "0.0.0.0", "::", "::1", "2001:db8::ff00:42:8329"})
    void anAddressIsGivenAsItWasTaken(String ip) throws Exception {
        var address = at(ip, 65_535);
        var peer = Peer.of(address);
        assertThat(peer.toSocketAddress()).isSameAs(address);
        var copy = new Peer().set(peer);
        assertThat(copy).isEqualTo(peer).hasSameHashCodeAs(peer).hasToString(peer.toString());
        var rebuilt = new Peer();
        rebuilt.setIpv6(peer.high(), peer.low(), peer.scope(), peer.port());
        assertThat(rebuilt).isEqualTo(peer).hasSameHashCodeAs(peer);
        assertThat(rebuilt.toSocketAddress()).isEqualTo(address).isSameAs(rebuilt.toSocketAddress());
        assertThat(peer.isIpv4()).isEqualTo(ip.contains("."));
    }

    @Test
    void anIpv4AddressAndItsMappedFormAreTheSame() throws Exception {
        var four = new Peer();
        four.setIpv4(0x7f000001, 80);
        var mapped = new Peer();
        mapped.setIpv6(0, 0xffff_7f00_0001L, 0, 80);
        assertThat(four).isEqualTo(mapped).isEqualTo(Peer.of(at("127.0.0.1", 80)));
        assertThat(four.ipv4()).isEqualTo(0x7f000001);
        assertThat(four).hasToString("127.0.0.1:80");
        assertThat(mapped.toSocketAddress()).isEqualTo(at("127.0.0.1", 80));
    }

    @Test
    void everyPartTellsPeersApart() throws Exception {
        var peer = Peer.of(at("2001:db8::1", 80));
        assertThat(peer)
                .isNotEqualTo(Peer.of(at("2001:db8::1", 81)))
                .isNotEqualTo(Peer.of(at("2001:db8::2", 80)))
                .isNotEqualTo(Peer.of(at("2001:db9::1", 80)))
                .isNotEqualTo(Peer.of(at("127.0.0.1", 80)))
                .isNotEqualTo(new Peer());
        var linkLocal = new Peer();
        linkLocal.setIpv6(0xfe80L << 48, 1, 1, 80);
        var onAnother = new Peer();
        onAnother.setIpv6(0xfe80L << 48, 1, 2, 80);
        assertThat(linkLocal).isNotEqualTo(onAnother);
    }

    @Test
    void aLinkLocalAddressKeepsItsInterface() {
        var peer = new Peer();
        peer.setIpv6(0xfe80L << 48, 1, 7, 80);
        var address = peer.toSocketAddress();
        assertThat(((Inet6Address) address.getAddress()).getScopeId()).isEqualTo(7);
        assertThat(Peer.of(address)).isEqualTo(peer);
        assertThat(peer).hasToString("[fe80:0:0:0:0:0:0:1%7]:80");
    }

    @Test
    void anEmptyHolderHoldsNothing() throws Exception {
        var peer = new Peer();
        assertThat(peer.isEmpty()).isTrue();
        assertThat(peer).isEqualTo(new Peer()).hasToString("nobody");
        assertThatIllegalStateException().isThrownBy(peer::toSocketAddress).withMessageContaining("empty");
        assertThatIllegalStateException().isThrownBy(peer::port);
        peer.set(at("127.0.0.1", 80));
        assertThat(peer.isEmpty()).isFalse();
        peer.clear();
        assertThat(peer).isEqualTo(new Peer());
        assertThatIllegalStateException().isThrownBy(peer::toSocketAddress);
    }

    @Test
    void aNewAddressReplacesTheObject() throws Exception {
        var peer = Peer.of(at("127.0.0.1", 80));
        peer.setIpv4(0x7f000002, 80);
        assertThat(peer.toSocketAddress()).isEqualTo(at("127.0.0.2", 80));
    }

    @Test
    void aNameThatIsNotResolvedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.of(InetSocketAddress.createUnresolved("example.invalid", 80)))
                .withMessageContaining("X-302")
                .withMessageContaining("example.invalid");
    }
}
