package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Net.Link;
import dev.sluice.actors.Tcp.Abort;
import dev.sluice.actors.Tcp.Aborted;
import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.ConfirmedClose;
import dev.sluice.actors.Tcp.ConfirmedClosed;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.ResumeReading;
import dev.sluice.actors.Tcp.SuspendReading;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.bytes.ByteString;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Between Connected and Register, and Register itself.
@EveryTransport
class RegisterTest {
    private static final Duration SHORT = Duration.ofMillis(250);

    private final Net net;

    RegisterTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private Link pulled() throws Exception {
        var server = net.server();
        var handler = net.probe();
        handler.send(net.manager, new Tcp.Connect((InetSocketAddress) server.getLocalSocketAddress()).withPullMode());
        var connected = handler.expect(Connected.class);
        return new Link(connected.connection(), net.accept(server), handler, connected, handler.ref());
    }

    /// B058, B059.
    @Test
    void nothingIsReadBeforeRegisterAndThenAllThatHasCome() throws Exception {
        var link = net.unregistered();
        link.peer().write("early");
        link.handler().expectNothingFrom(link.connection());
        var handler = net.probe();
        link.handler().send(link.connection(), new Register(handler.ref()));
        assertThat(handler.receive(5).utf8()).isEqualTo("early");
        assertThat(handler.sender()).isEqualTo(link.connection());
        link.handler().expectNothing();
    }

    /// B060.
    @Test
    void fromRegisterOnTheHandlerIsWatchedAndTheCommanderIsNot() throws Exception {
        var link = net.unregistered();
        var handler = net.probe();
        link.handler().send(link.connection(), new Register(handler.ref()));
        handler.expectNothingFrom(link.connection());
        handler.watch(link.handler().ref());
        link.handler().stop();
        handler.expectTerminated(link.handler().ref());
        link.peer().write("still here");
        handler.receive(10);
        handler.stop();
        link.peer().findsAReset();
    }

    /// B061.
    @Test
    void theEndOfTheCommanderBeforeRegisterResetsTheConnection() throws Exception {
        var link = net.unregistered();
        link.handler().stop();
        link.peer().findsAReset();
    }

    /// B062, B179.
    @Test
    void withoutRegisterTheConnectionIsResetAndTheCommanderIsTold() throws Exception {
        var link = net.unregistered(it -> it.withRegisterTimeout(SHORT), it -> it);
        link.handler().watch(link.connection());
        assertThat(link.handler().expect(ErrorClosed.class).cause()).contains("no Register", "250 ms");
        link.handler().expectTerminated(link.connection());
        link.peer().findsAReset();
    }

    /// B063.
    @Test
    void withoutALimitItWaits() throws Exception {
        var patient = net.unregistered(it -> it.withRegisterTimeout(Duration.ZERO), it -> it);
        var limited = net.unregistered(it -> it.withRegisterTimeout(SHORT), it -> it);
        limited.handler().expect(ErrorClosed.class);
        patient.handler().expectNothingFrom(patient.connection());
    }

    /// B064, D15.
    @Test
    void commandsDoNotProlongTheTime() throws Exception {
        var link = net.unregistered(it -> it.withRegisterTimeout(SHORT), it -> it);
        link.handler().watch(link.connection());
        Object message;
        do {
            link.handler().send(link.connection(), new SuspendReading());
            link.handler().send(link.connection(), new ResumeReading());
            link.handler().send(link.connection(), new Write(ByteString.empty(), "alive"));
            message = link.handler().next();
        } while (message.equals("alive") || message instanceof CommandFailed);
        assertThat(message).isInstanceOf(ErrorClosed.class);
    }

    /// B065.
    @Test
    void aResumeBeforeRegisterIsRemembered() throws Exception {
        var link = pulled();
        link.peer().write("asked for");
        link.handler().send(link.connection(), new ResumeReading());
        link.handler().expectNothingFrom(link.connection());
        link.handler().send(link.connection(), new Register(link.handler().ref()));
        link.handler().receive(9);
    }

    /// B066, D16.
    @Test
    void aSuspendBeforeRegisterIsRemembered() throws Exception {
        var link = net.unregistered();
        link.peer().write("bytes");
        link.handler().send(link.connection(), new SuspendReading());
        link.handler().send(link.connection(), new Register(link.handler().ref()));
        link.handler().expectNothingFrom(link.connection());
        link.handler().send(link.connection(), new ResumeReading());
        link.handler().receive(5);
    }

    /// B067.
    @Test
    void aWriteBeforeRegisterIsWritten() throws Exception {
        var link = net.unregistered();
        link.handler().send(link.connection(), new Write(ByteString.fromUtf8("early"), "ack"));
        link.handler().expectThis("ack");
        assertThat(link.peer().readText(5)).isEqualTo("early");
    }

    /// B068, B140.
    @Test
    void closeBeforeRegisterIsToldToCommanderAndCloser() throws Exception {
        var link = net.unregistered();
        var closer = net.probe();
        closer.send(link.connection(), new Close());
        closer.expect(Closed.class);
        link.handler().expect(Closed.class);
        link.peer().readsTheEnd();

        var own = net.unregistered();
        own.handler().watch(own.connection());
        own.handler().send(own.connection(), new Close());
        own.handler().expect(Closed.class);
        own.handler().expectTerminated(own.connection());
    }

    /// B069.
    @Test
    void abortBeforeRegisterResets() throws Exception {
        var link = net.unregistered();
        var closer = net.probe();
        closer.send(link.connection(), new Abort());
        closer.expect(Aborted.class);
        link.handler().expect(Aborted.class);
        link.peer().findsAReset();
    }

    /// B070, D06.
    @Test
    void confirmedCloseBeforeRegisterWaitsForThePeersEnd() throws Exception {
        for (var link : new Link[] {net.unregistered(), pulled()}) {
            link.handler().send(link.connection(), new ConfirmedClose());
            link.peer().readsTheEnd();
            link.peer().write("nobody wants it");
            link.peer().end();
            link.handler().expect(ConfirmedClosed.class);
        }
    }

    /// B071.
    @Test
    void aSecondRegisterIsRefused() throws Exception {
        var link = net.link();
        var second = new Register(net.probe().ref());
        link.handler().send(link.connection(), second);
        assertThat(link.handler().expect(CommandFailed.class).cmd()).isSameAs(second);
        link.peer().write("to the first");
        assertThat(link.handler().expect(Received.class).data().size()).isPositive();
    }

    /// B072.
    @Test
    void aHandlerThatHasEndedAlreadyResetsTheConnection() throws Exception {
        var link = net.unregistered();
        var dead = net.probe();
        link.handler().watch(dead.ref());
        dead.stop();
        link.handler().expectTerminated(dead.ref());
        link.handler().send(link.connection(), new Register(dead.ref()));
        link.peer().findsAReset();
    }

    /// D51.
    @Test
    void theDefaultsAreWhatTheyAreSaidToBe() throws Exception {
        var handler = net.probe().ref();
        assertThat(TcpMessage.register(handler)).isEqualTo(new Register(handler, false, true, false));
    }

    /// B162.
    @Test
    void aPeerThatHasEndedBeforeRegisterIsToldThen() throws Exception {
        var link = net.unregistered();
        link.peer().write("all");
        link.peer().end();
        link.handler().expectNothingFrom(link.connection());
        link.handler().send(link.connection(), new Register(link.handler().ref()));
        link.handler().receive(3);
        assertThat(link.handler().expect(PeerClosed.class).open()).isFalse();
    }
}
