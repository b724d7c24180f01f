package dev.sluice.examples.futures;

import dev.sluice.futures.AsyncIo;
import dev.sluice.futures.Poll;
import dev.sluice.futures.PollFuture;
import dev.sluice.futures.PollStream;
import dev.sluice.futures.UdpSocket;
import dev.sluice.reactor.Peer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Reports how many datagrams of each device came and how many were lost; each begins with an eight-byte number.
public final class TelemetryCollector {
    private final UdpSocket socket;
    private final Map<Peer, Device> devices = new HashMap<>();
    private final ByteBuffer buf = ByteBuffer.allocateDirect(2048);
    private final Peer peer = new Peer();

    private static final class Device {
        private long first = Long.MAX_VALUE;
        private long last = Long.MIN_VALUE;
        private long count;

        void got(long number) {
            first = Math.min(first, number);
            last = Math.max(last, number);
            count++;
        }

        long lost() {
            return last - first + 1 - count;
        }
    }

    private TelemetryCollector(UdpSocket socket) {
        this.socket = socket;
    }

    /// Arguments: the port to listen on, and the seconds between two reports.
    public static void main(String[] args) throws Exception {
        try (var socket = UdpSocket.bind("127.0.0.1", Integer.parseInt(args[0]))) {
            System.out.println("listening on port " + socket.localAddress().getPort());
            var collector = new TelemetryCollector(socket);
            var reports = PollStream.interval(Duration.ofSeconds(Long.parseLong(args[1])))
                    .forEach(tick -> collector.report());
            PollFuture.join(collector.collect(), reports).spawnOn(socket.loop()).await(); // one task: no locks
        }
    }

    private PollFuture<Void> collect() {
        return cx -> {
            while (cx.proceed() && socket.pollRecvFrom(cx, buf.clear(), peer) != AsyncIo.PENDING) {
                if (buf.flip().remaining() >= Long.BYTES) {
                    device().got(buf.getLong());
                }
            }
            return Poll.pending();
        };
    }

    private Device device() {
        var known = devices.get(peer);
        if (known == null) {
            known = new Device();
            devices.put(new Peer().set(peer), known); // the holder itself is used again
        }
        return known;
    }

    private void report() throws IOException {
        devices.forEach((from, device) ->
                System.out.println(from + ": " + device.count + " received, " + device.lost() + " lost"));
        System.out.println("the system has dropped " + socket.dropped());
    }
}
