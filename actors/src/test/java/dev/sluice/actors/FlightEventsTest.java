package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bytes.ByteString;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.pekko.actor.Terminated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a flight recording tells of listeners and connections.
@Timeout(60)
class FlightEventsTest {
    @Test
    void theLivesOfListenersAndConnectionsAreRecorded(@TempDir Path directory) throws Exception {
        try (var world = new UdpWorld("auto", "sluice.io.tcp.write-bound = one-write");
                var recording = new Recording()) {
            for (var name : List.of(
                    "ConnectionOpened", "ConnectionClosed", "ListenerBound", "ListenerUnbound", "WriteRefused")) {
                recording.enable("dev.sluice." + name);
            }
            recording.start();
            var server = world.witness();
            var client = world.witness();
            var manager = Tcp.get(world.system).manager();
            server.tell(manager, new Tcp.Bind(server.ref(), UdpWorld.ANY_PORT));
            var bound = server.expect(Tcp.Bound.class);
            client.tell(manager, new Tcp.Connect(bound.localAddress()).withHandler(client.ref()));
            var connection = client.expect(Tcp.Connected.class).connection();
            var accepted = server.expect(Tcp.Connected.class).connection();
            client.tell(connection, new Tcp.Write(ByteString.copyOf(new byte[32 * 1024 * 1024]), "sent"));
            client.tell(connection, new Tcp.Write(UdpWorld.HELLO));
            client.expect(Tcp.CommandFailed.class);
            client.tell(connection, TcpMessage.abort());
            client.expect(Tcp.Aborted.class);
            server.tell(accepted, TcpMessage.abort());
            server.expect(Tcp.ConnectionClosed.class);
            server.watch(bound.listener());
            server.tell(bound.listener(), TcpMessage.unbind());
            server.expect(Tcp.Unbound.class);
            server.expect(Terminated.class);
            recording.stop();
            var file = directory.resolve("recording.jfr");
            recording.dump(file);
            var events = RecordingFile.readAllEvents(file);
            assertThat(named(events, "ListenerBound"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getString("local"))
                            .isEqualTo("127.0.0.1:" + bound.localAddress().getPort()));
            assertThat(named(events, "ListenerUnbound")).hasSize(1);
            assertThat(named(events, "ConnectionOpened"))
                    .extracting(event -> event.getBoolean("accepted"))
                    .containsExactlyInAnyOrder(true, false);
            assertThat(named(events, "WriteRefused"))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getString("reason")).contains("full"));
            assertThat(named(events, "ConnectionClosed")).hasSize(2).anySatisfy(event -> {
                assertThat(event.getString("connection"))
                        .isEqualTo(connection.path().toStringWithoutAddress());
                assertThat(event.getString("reason")).isEqualTo("Aborted");
                assertThat(event.getLong("written")).isPositive();
                assertThat(event.getLong("received")).isZero();
            });
        }
    }

    @Test
    void soAreTheLivesOfConnectedDatagramSockets(@TempDir Path directory) throws Exception {
        try (var world = new UdpWorld("auto");
                var peer = UdpWorld.plain();
                var recording = new Recording()) {
            recording.enable("dev.sluice.ConnectionOpened");
            recording.enable("dev.sluice.ConnectionClosed");
            recording.start();
            var handler = world.witness();
            var connected = world.connect(handler, UdpWorld.addressOf(peer));
            handler.tell(connected.connection(), UdpConnectedMessage.send(ByteString.fromUtf8("to the peer"), "sent"));
            handler.expect(String.class);
            UdpWorld.send(peer, "back", UdpWorld.receive(peer, "to the peer"));
            handler.expect(UdpConnected.Received.class);
            handler.watch(connected.connection());
            handler.tell(connected.connection(), UdpConnectedMessage.disconnect());
            handler.expect(UdpConnected.Disconnected.class);
            handler.expect(Terminated.class);
            recording.stop();
            var file = directory.resolve("recording.jfr");
            recording.dump(file);
            var events = RecordingFile.readAllEvents(file);
            var remote = "127.0.0.1:" + peer.getLocalPort();
            assertThat(named(events, "ConnectionOpened")).singleElement().satisfies(event -> {
                assertThat(event.getString("remote")).isEqualTo(remote);
                assertThat(event.getBoolean("accepted")).isFalse();
            });
            assertThat(named(events, "ConnectionClosed")).singleElement().satisfies(event -> {
                assertThat(event.getString("remote")).isEqualTo(remote);
                assertThat(event.getLong("written")).isEqualTo(11);
                assertThat(event.getLong("received")).isEqualTo(4);
            });
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.sluice." + name))
                .toList();
    }
}
