package dev.sluice.bench.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/// An echo server on Vert.x, to compare with. Arguments: the port, and `nio`, or `epoll` without it; exits with 3 if
/// the system does not have that.
///
/// One event loop, and a pipe from the socket to itself, which reads no more while 1 MiB waits to be written. The rest
/// is as Vert.x has it: Netty's adaptive receive buffer of up to 64 KiB, and a flush for all that a turn has read.
public final class VertxEcho {
    private static final int BACKLOG = 4096;
    private static final int WAITING_BYTES = 1024 * 1024;
    private static final int UNAVAILABLE = 3;

    private VertxEcho() {}

    /// Serves until it is killed.
    public static void main(String[] args) {
        var transport = args.length > 1 && args[1].equals("nio") ? Transport.NIO : Transport.EPOLL;
        if (!transport.available()) {
            System.err.println("no " + transport.name() + " here: " + transport.unavailabilityCause());
            System.exit(UNAVAILABLE);
        }
        var vertx = Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1))
                .withTransport(transport)
                .build();
        vertx.createNetServer(new NetServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(Integer.parseInt(args[0]))
                        .setTcpNoDelay(true)
                        .setAcceptBacklog(BACKLOG))
                .connectHandler(
                        socket -> socket.setWriteQueueMaxSize(WAITING_BYTES).pipeTo(socket))
                .listen()
                .onSuccess(server -> System.out.println("READY 127.0.0.1:" + server.actualPort()))
                .onFailure(cause -> {
                    System.err.println(cause);
                    System.exit(1);
                });
    }
}
