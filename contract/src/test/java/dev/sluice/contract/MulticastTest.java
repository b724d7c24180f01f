package dev.sluice.contract;

import static dev.sluice.reactor.DatagramSocket.WOULD_BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Groups are joined and left, for anybody's datagrams or one source's. No packet leaves the machine: the time to
/// live is 0.
@EveryTransport
class MulticastTest {
    enum Family {
        IPV4("239.255.77.1", "232.77.7.1", "127.0.0.77", "0.0.0.0", Inet4Address.class),
        IPV6("ff15::7701", "ff35::7702", "fd00::7777", "::", Inet6Address.class);

        private final String group;
        private final String sourceGroup;
        private final String stranger;
        private final String any;
        private final Class<? extends InetAddress> addresses;

        Family(String group, String sourceGroup, String stranger, String any, Class<? extends InetAddress> addresses) {
            this.group = group;
            this.sourceGroup = sourceGroup;
            this.stranger = stranger;
            this.any = any;
            this.addresses = addresses;
        }
    }

    /// An interface that has multicast, and its address.
    private record Place(NetworkInterface on, InetAddress local) {}

    private static final ByteString HELLO = ByteString.fromUtf8("hello");

    private final Net net;

    MulticastTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() {
        net.close();
    }

    /// The first interface on which the JDK's own sockets can do it.
    private Place place(Family family) throws IOException {
        var failures = new ArrayList<String>();
        for (var on : NetworkInterface.networkInterfaces().toList()) {
            var local = on.inetAddresses()
                    .filter(family.addresses::isInstance)
                    .filter(address -> !address.isLinkLocalAddress())
                    .findFirst();
            String why = local.isEmpty() ? "no address" : impossible(family, on);
            if (why == null) {
                return new Place(on, local.orElseThrow());
            }
            failures.add(on.getName() + ": " + why);
        }
        System.out.println("SKIPPED multicast over " + family + " on " + net.setup + ": " + failures);
        return abort("no multicast");
    }

    private static @Nullable String impossible(Family family, NetworkInterface on) {
        try (var socket = new MulticastSocket(Net.at(family.any, 0))) {
            var address = Net.at(family.group, socket.getLocalPort());
            socket.setNetworkInterface(on);
            socket.setTimeToLive(0);
            socket.joinGroup(address, on);
            socket.setSoTimeout((int) Duration.ofSeconds(2).toMillis());
            socket.send(new DatagramPacket(new byte[1], 1, address));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private DatagramSocket receiver(Family family) throws IOException {
        return net.datagram(Net.at(family.any, 0));
    }

    private DatagramSocket sender(Place place) throws IOException {
        var options = Options.none()
                .with(StandardSocketOptions.IP_MULTICAST_IF, place.on())
                .with(StandardSocketOptions.IP_MULTICAST_TTL, 0);
        return net.reactor.datagram(new InetSocketAddress(place.local(), 0), options);
    }

    private static Peer at(String group, DatagramSocket receiver) throws IOException {
        return Peer.of(Net.at(group, Net.peer(receiver).port()));
    }

    private static void assertHears(DatagramSocket receiver) throws IOException {
        assertThat(Blocking.receive(receiver)).asString().isEqualTo("hello");
    }

    /// What is sent to this host has come when the send returns.
    private static void assertHearsNothing(DatagramSocket receiver) throws IOException {
        assertThat(receiver.receive(ByteBuffer.allocate(100))).isEqualTo(WOULD_BLOCK);
    }

    @ParameterizedTest
    @EnumSource
    void aMemberHearsTheGroupUntilItLeaves(Family family) throws Exception {
        var place = place(family);
        var on = place.on();
        var receiver = receiver(family);
        var sender = sender(place);
        var to = at(family.group, receiver);
        sender.send(HELLO, to);
        assertHearsNothing(receiver);
        var membership = receiver.join(Net.ip(family.group), on);
        assertThat(membership.group()).isEqualTo(Net.ip(family.group));
        assertThat(membership.networkInterface()).isEqualTo(on);
        assertThat(membership.source()).isNull();
        sender.send(HELLO, to);
        assertHears(receiver);
        membership.close();
        membership.close();
        sender.send(HELLO, to);
        assertHearsNothing(receiver);
        receiver.join(Net.ip(family.group), on);
        sender.send(HELLO, to);
        assertHears(receiver);
    }

    @ParameterizedTest
    @EnumSource
    void theMembershipIsTheSocketsOwn(Family family) throws Exception {
        var place = place(family);
        var on = place.on();
        var receiver = receiver(family);
        var shared = Options.none().with(StandardSocketOptions.SO_REUSEPORT, true);
        var sender = sender(place);
        try (var member = net.reactor.datagram(Net.at(family.any, 0), shared);
                var other = net.reactor.datagram(member.localAddress(), shared)) {
            member.join(Net.ip(family.group), on);
            sender.send(HELLO, at(family.group, member));
            assertHears(member);
            assertHearsNothing(other);
            assertHearsNothing(receiver);
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneSourceCanBeHeardAlone(Family family) throws Exception {
        var place = place(family);
        var on = place.on();
        var receiver = receiver(family);
        var sender = sender(place);
        var to = at(family.sourceGroup, receiver);
        var group = Net.ip(family.sourceGroup);
        var others = receiver.join(group, on, Net.ip(family.stranger));
        sender.send(HELLO, to);
        assertHearsNothing(receiver);
        var own = receiver.join(group, on, place.local());
        assertThat(own.source()).isEqualTo(place.local());
        sender.send(HELLO, to);
        assertHears(receiver);
        own.close();
        sender.send(HELLO, to);
        assertHearsNothing(receiver);
        others.close();
    }

    /// IPV6_MULTICAST_LOOP is the sender's, as is IP_MULTICAST_LOOP on Linux.
    @ParameterizedTest
    @EnumSource
    void nothingIsHeardOnThisHostWithoutLoop(Family family) throws Exception {
        var place = place(family);
        var on = place.on();
        var receiver = receiver(family);
        var sender = sender(place);
        receiver.join(Net.ip(family.group), on);
        sender.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
        if (!on.isLoopback()) { // which is a loop by itself
            sender.send(HELLO, at(family.group, receiver));
            assertHearsNothing(receiver);
        }
        sender.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
        sender.send(HELLO, at(family.group, receiver));
        assertHears(receiver);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondMembershipIsRefusedAndClosedSocketsAreMembersNoMore(Family family) throws Exception {
        var place = place(family);
        var on = place.on();
        var receiver = receiver(family);
        var group = Net.ip(family.group);
        var membership = receiver.join(group, on);
        assertThatIOException()
                .isThrownBy(() -> receiver.join(group, on))
                .withMessageContaining("join " + membership)
                .withMessageContaining("already a member");
        receiver.close();
        membership.close();
        assertThatIOException().isThrownBy(() -> receiver.join(group, on));
    }

    @Test
    void onlyGroupsCanBeJoined() throws Exception {
        var on = NetworkInterface.getByInetAddress(Net.ip("127.0.0.1"));
        var four = Net.ip(Family.IPV4.group);
        var six = Net.ip(Family.IPV6.group);
        try (var receiver = receiver(Family.IPV4)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> receiver.join(Net.ip("127.0.0.1"), on))
                    .withMessageContaining("not a multicast address");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> receiver.join(four, on, Net.ip("::1")))
                    .withMessageContaining("families");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> receiver.join(six, on))
                    .withMessageContaining("IPv4");
        }
    }

    @Test
    void aSocketOfBothFamiliesJoinsIpv4Groups() throws Exception {
        var place = place(Family.IPV4);
        try (var both = net.reactor.datagram(null, Options.none())) {
            both.join(Net.ip(Family.IPV4.group), place.on());
            sender(place).send(HELLO, at(Family.IPV4.group, both));
            assertHears(both);
        }
    }
}
