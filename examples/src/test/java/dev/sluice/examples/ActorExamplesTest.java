package dev.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.examples.actors.AckEcho;
import dev.sluice.examples.actors.Client;
import dev.sluice.examples.actors.FileServer;
import dev.sluice.examples.actors.Multicast;
import dev.sluice.examples.actors.NackEcho;
import dev.sluice.examples.actors.PullEcho;
import dev.sluice.examples.actors.Server;
import dev.sluice.examples.actors.TelnetClient;
import dev.sluice.examples.actors.TypedEcho;
import dev.sluice.examples.actors.UdpClient;
import dev.sluice.examples.actors.UdpEcho;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Examples of actors.
@Timeout(120)
class ActorExamplesTest extends Programs {
    @Test
    void theClientPrintsTheAnswerOfTheServer() throws Exception {
        int port = port(run(Server.class, "0"));
        var client = run(Client.class, String.valueOf(port));
        assertThat(client.inputReader().readLine()).isEqualTo("hello");
        assertThat(client.inputReader().readLine()).isEqualTo("closed");
        assertThat(client.waitFor(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(client.exitValue()).isZero();
    }

    @Test
    void theClientTellsThatNobodyListens() throws Exception {
        var client = run(Client.class, String.valueOf(closedPort()));
        assertThat(client.inputReader().readLine()).startsWith("failed: ").contains("refused");
        assertThat(client.waitFor(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void theTelnetClientPrintsTheAnswersToWhatIsTyped() throws Exception {
        int port = port(run(AckEcho.class, "0"));
        var client = run(TelnetClient.class, "localhost", String.valueOf(port));
        assertThat(client.inputReader().readLine()).startsWith("connected to ");
        try (var typed = client.getOutputStream()) {
            typed.write(utf8("one\ntwo\n"));
        }
        assertThat(client.inputReader().readLine()).isEqualTo("one");
        assertThat(client.inputReader().readLine()).isEqualTo("two");
        assertThat(client.inputReader().readLine()).isEqualTo("closed");
        assertThat(client.waitFor(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    /// Far more is written than any buffer and mark holds, and nothing is read before as much has gone as the
    /// server takes from a peer that does not read.
    @ParameterizedTest
    @ValueSource(classes = {AckEcho.class, NackEcho.class, PullEcho.class})
    void anEchoKeepsPaceWithAReaderThatStalls(Class<?> echo) throws Exception {
        var sent = new byte[16 * 1024 * 1024];
        new Random(7).nextBytes(sent);
        int port = port(run(echo, "0"));
        try (var socket = new Socket()) {
            socket.setReceiveBufferSize(64 * 1024);
            socket.setSoTimeout(DEADLINE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            int mark = echo == NackEcho.class ? 2 * 1024 * 1024 : 64 * 1024;
            var out = socket.getOutputStream();
            out.write(sent, 0, mark);
            var rest = CompletableFuture.runAsync(() -> write(out, sent, mark));
            assertThat(checksum(socket.getInputStream().readNBytes(sent.length)))
                    .isEqualTo(checksum(sent));
            rest.get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void write(OutputStream out, byte[] bytes, int from) {
        try {
            out.write(bytes, from, bytes.length - from);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long checksum(byte[] bytes) {
        var sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    @Test
    void theTypedServerSendsBackWhatComes() throws Exception {
        try (var socket = connect(port(run(TypedEcho.class, "0")))) {
            socket.getOutputStream().write(utf8("hello"));
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        }
    }

    @Test
    void theFileServerSendsWhatIsThereAndTellsWhatIsNot(@TempDir Path directory) throws Exception {
        var content = new byte[1_000_000];
        new Random(8).nextBytes(content);
        Files.write(directory.resolve("file"), content);
        int port = port(run(FileServer.class, "0", directory.toString()));
        assertThat(answer(port, "file\n")).isEqualTo(content);
        assertThat(answer(port, "other\n")).asString().startsWith("error: ").contains("other");
        assertThat(answer(port, "../secret\n")).asString().isEqualTo("error: ../secret is not here\n");
    }

    private static byte[] answer(int port, String request) throws IOException {
        try (var socket = connect(port)) {
            socket.getOutputStream().write(utf8(request));
            return socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void theUdpClientPrintsTheAnswerOfTheUdpServer() throws Exception {
        int port = port(run(UdpEcho.class, "0"));
        var client = run(UdpClient.class, String.valueOf(port));
        assertThat(client.inputReader().readLine()).isEqualTo("hello");
        assertThat(client.waitFor(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void whatIsSentToTheGroupIsPrinted() throws Exception {
        var group = InetAddress.ofLiteral("239.255.77.22");
        for (var on : NetworkInterface.networkInterfaces().toList()) {
            if (hasMulticast(on, group)) {
                var listener = run(Multicast.class, group.getHostAddress(), on.getName(), "0");
                send("hello", on, new InetSocketAddress(group, port(listener)));
                assertThat(listener.inputReader().readLine()).isEqualTo("heard: hello");
                return;
            }
        }
        abort("no interface has multicast");
    }

    private static boolean hasMulticast(NetworkInterface on, InetAddress group) {
        try (var socket = new MulticastSocket(0)) {
            var address = new InetSocketAddress(group, socket.getLocalPort());
            socket.joinGroup(address, on);
            socket.setSoTimeout(2000);
            send("?", on, address);
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (IOException e) {
            System.out.println("no multicast on " + on.getName() + ": " + e.getMessage());
            return false;
        }
    }

    private static void send(String text, NetworkInterface on, InetSocketAddress to) throws IOException {
        try (var socket = new MulticastSocket(0)) {
            socket.setNetworkInterface(on);
            socket.setTimeToLive(0);
            socket.send(new DatagramPacket(utf8(text), text.length(), to));
        }
    }
}
