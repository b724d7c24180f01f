package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.load.Measured;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Datagrams of 200 bytes, sent or received as fast as a peer can, once. The other side is always the program
/// in C in its fastest way, so that it is never what limits.
record DatagramTrial(Host host, Programs programs, double warmup, double seconds, Path logs) {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration SLACK = Duration.ofMinutes(1);
    private static final String OPPOSITE_MODE = "run";
    private static final double UNTIL_KILLED = 3600;

    Run run(int round, Datagrams workload, String peer) throws Unavailable, IOException, InterruptedException {
        int port = freePort();
        boolean sends = workload.side().equals("send");
        var own = host.pinServer(1, command(peer, workload.side(), workload.mode(), port, seconds));
        var other = host.pinLoad(command(Peer.FLOOR, sends ? "receive" : "send", OPPOSITE_MODE, port, UNTIL_KILLED));
        try (var first = Program.start(sends ? other : own, logs.resolve("udp-first.log"))) {
            ready(first);
            try (var second = Program.start(sends ? own : other, logs.resolve("udp-second.log"))) {
                ready(second);
                return run(round, workload, peer, sends ? second : first);
            }
        }
    }

    private Run run(int round, Datagrams workload, String peer, Program measuredSide)
            throws IOException, InterruptedException {
        var told = measuredSide.line(SLACK.plusSeconds((long) (warmup + seconds)));
        var measured = Measured.of(told);
        return new Run(
                round,
                workload.name(),
                peer,
                measured.seconds(),
                measured.messages(),
                measured.serverCpuMicros(),
                measured.loadCpuMicros(),
                null,
                null,
                null,
                null,
                null,
                measured.errors());
    }

    private static void ready(Program program) throws Unavailable, InterruptedException {
        try {
            program.line(START);
        } catch (IOException e) {
            throw new Unavailable(String.valueOf(e.getMessage()));
        }
    }

    private List<String> command(String peer, String side, String mode, int port, double time) throws Unavailable {
        var arguments = new ArrayList<>(
                List.of(side, mode, String.valueOf(port), String.valueOf(warmup), String.valueOf(time)));
        arguments.addFirst(peer.equals(Peer.FLOOR) ? programs.compiled("udp") : peer);
        return peer.equals(Peer.FLOOR) ? arguments : programs.java("dev.sluice.bench.udp.Main", arguments);
    }

    private static int freePort() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            return socket.getLocalPort();
        }
    }
}
