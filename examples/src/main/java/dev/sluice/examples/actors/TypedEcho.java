package dev.sluice.examples.actors;

import dev.sluice.actors.Tcp.Bound;
import dev.sluice.actors.Tcp.Connected;
import dev.sluice.actors.Tcp.ConnectionClosed;
import dev.sluice.actors.Tcp.Event;
import dev.sluice.actors.Tcp.PeerClosed;
import dev.sluice.actors.Tcp.Received;
import dev.sluice.actors.typed.Connection;
import dev.sluice.actors.typed.TypedTcp;
import java.net.InetSocketAddress;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Sends back what comes, and reads on when that is written: typed actors.
public final class TypedEcho {
    private TypedEcho() {}

    private record Written() implements Event {}

    static Behavior<Event> server(InetSocketAddress where) {
        return Behaviors.setup(context -> {
            TypedTcp.get(context.getSystem()).bind(where, context.getSelf(), context.getSelf());
            return Behaviors.receiveMessage(event -> switch (event) {
                case Bound bound -> {
                    System.out.println(
                            "listening on port " + bound.localAddress().getPort());
                    yield Behaviors.same();
                }
                case Connected connected -> {
                    var connection = Connection.of(connected);
                    connection.register(context.spawnAnonymous(echo(connection), connection.sameLoop()), true, true);
                    yield Behaviors.same();
                }
                default -> Behaviors.unhandled();
            });
        });
    }

    static Behavior<Event> echo(Connection connection) {
        return Behaviors.setup(context -> Behaviors.receiveMessage(event -> {
            switch (event) {
                case Received received -> {
                    connection.suspendReading();
                    connection.write(received.data(), new Written(), context.getSelf());
                }
                case Written _ -> connection.resumeReading();
                case PeerClosed closed when closed.open() -> connection.close(context.getSelf());
                case ConnectionClosed _ -> {
                    return Behaviors.stopped();
                }
                default -> {
                    return Behaviors.unhandled();
                }
            }
            return Behaviors.same();
        }));
    }

    /// Serves on port 2323, or the one given.
    public static void main(String[] args) {
        var where = new InetSocketAddress("localhost", args.length > 0 ? Integer.parseInt(args[0]) : 2323);
        ActorSystem.create(server(where), "server");
    }
}
