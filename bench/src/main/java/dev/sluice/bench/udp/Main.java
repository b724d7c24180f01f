package dev.sluice.bench.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;

/// Sends or receives datagrams of 200 bytes as fast as it can, as `udp.c` does.
///
/// Arguments: sockets, futures, jdk or netty; send or receive; single, batch or run; port, warm-up and time in seconds.
public final class Main {
    /// The size of each datagram.
    static final int SIZE = 200;

    /// How many datagrams a batch has, and a run.
    static final int MANY = 64;

    /// How many runs go into one call.
    static final int RUNS = 16;

    /// Bytes of memory for each datagram that is received in a batch.
    static final int SLOT = 2048;

    private Main() {}

    /// How the datagrams of a peer are moved.
    enum Mode {
        /// A call for each.
        SINGLE,

        /// A call for many.
        BATCH,

        /// A call for many that the kernel cuts and merges.
        RUN
    }

    /// A library that moves datagrams until the meter ends the process.
    interface Peer {
        void send(InetSocketAddress to, Mode mode, Meter meter) throws Exception;

        void receive(InetSocketAddress at, Mode mode, Meter meter) throws Exception;
    }

    /// Starts one side.
    public static void main(String[] args) throws Exception {
        Peer peer = switch (args[0]) {
            case "sockets" -> new SocketsPeer();
            case "futures" -> new FuturesPeer();
            case "jdk" -> new JdkPeer();
            case "netty" -> new NettyPeer();
            default -> throw new IllegalArgumentException("no peer is called " + args[0]);
        };
        var mode = Mode.valueOf(args[2].toUpperCase(Locale.ROOT));
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(args[3]));
        var meter = new Meter(Double.parseDouble(args[4]), Double.parseDouble(args[5]));
        if (args[1].equals("send")) {
            peer.send(address, mode, meter);
        } else {
            peer.receive(address, mode, meter);
        }
    }

    /// Whoever starts this process waits for it.
    static void ready() {
        System.out.println("READY");
        System.out.flush();
    }
}
