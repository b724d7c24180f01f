package dev.sluice.actors;

import static dev.sluice.actors.UdpWorld.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.actors.Udp.Bound;
import dev.sluice.actors.Udp.CommandFailed;
import dev.sluice.actors.Udp.Received;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Groups by options. No packet leaves the machine: the time to live is 0.
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
@Timeout(60)
class UdpMulticastTest {
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.255.77.21");
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private final UdpWorld world;
    private final Witness user;

    UdpMulticastTest(String transport) {
        world = new UdpWorld(transport);
        user = world.witness();
    }

    @AfterEach
    void close() {
        world.close();
    }

    /// The first interface on which the JDK's own sockets can do it.
    private static NetworkInterface place() throws IOException {
        for (var on : NetworkInterface.networkInterfaces().toList()) {
            try (var socket = new MulticastSocket(0)) {
                var address = new InetSocketAddress(GROUP, socket.getLocalPort());
                socket.setNetworkInterface(on);
                socket.setTimeToLive(0);
                socket.joinGroup(address, on);
                socket.setSoTimeout(2000);
                socket.send(new DatagramPacket(new byte[1], 1, address));
                socket.receive(new DatagramPacket(new byte[1], 1));
                return on;
            } catch (IOException e) {
                System.out.println("no multicast on " + on.getName() + ": " + e.getMessage());
            }
        }
        return abort("no multicast");
    }

    /// B206, B192.
    @Test
    void aGroupIsJoinedAndReceived() throws Exception {
        var on = place();
        user.tell(world.udp(), UdpMessage.bind(user.ref(), ANY, List.of(UdpSO.join(GROUP, on))));
        var bound = user.expect(Bound.class);
        user.tell(
                world.udp(),
                UdpMessage.simpleSender(List.of(UdpSO.multicastInterface(on), UdpSO.multicastTimeToLive(0))));
        var sender = user.expect(Udp.SimpleSenderReady.class).socket();
        var group = new InetSocketAddress(GROUP, bound.localAddress().getPort());
        user.tell(sender, UdpMessage.send(HELLO, group));
        assertThat(user.expect(Received.class).data()).isEqualTo(HELLO);
    }

    /// B206, B192.
    @Test
    void aGroupThatIsNoneFailsTheBind() throws Exception {
        var none = InetAddress.ofLiteral("127.0.0.1");
        var on = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        user.tell(world.udp(), UdpMessage.bind(user.ref(), ANY, List.of(UdpSO.join(none, on))));
        assertThat(user.expect(CommandFailed.class).exception()).hasMessageContaining("not a multicast address");
    }

    /// B192.
    @Test
    void aConnectionIsNoMemberOfGroups() throws Exception {
        var on = NetworkInterface.networkInterfaces().findFirst().orElseThrow();
        var connect = new Tcp.Connect(
                new InetSocketAddress(UdpWorld.LOCALHOST, 9),
                null,
                List.of(UdpSO.join(GROUP, on)),
                null,
                false,
                null,
                null);
        user.tell(Tcp.get(world.system).manager(), connect);
        assertThat(user.expect(Tcp.CommandFailed.class).exception()).hasMessageContaining("IP_ADD_MEMBERSHIP");
    }
}
