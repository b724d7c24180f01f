package dev.sluice.actors;

import dev.sluice.reactor.Reactor;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import dev.sluice.reactor.transport.Transport;
import dev.sluice.testing.Between;
import java.io.IOException;

/// A transport with a script in between: it sees each call to a poller or a socket, and may answer in place of the
/// system.
final class ScriptedTransport {
    private ScriptedTransport() {}

    static Transport of(String real, Between.Answer script) throws IOException {
        try (var reactor = Reactor.builder().transport(real).loops(1).open()) {
            Between.Answer answer = call -> call.on() instanceof Transport ? call.real() : script.to(call);
            return Between.put(
                    reactor.transport(),
                    answer,
                    Transport.class,
                    Poller.class,
                    StreamHandle.class,
                    ListenHandle.class,
                    DatagramHandle.class);
        }
    }
}
