package dev.sluice.examples;

import static dev.sluice.sockets.Sockets.aSocket;

import dev.sluice.sockets.SelectorManager;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;

/// Tells which ports of this host somebody listens on: as many connections at a time as there are ports asked
/// about.
public final class PortScan {
    private PortScan() {}

    /// Arguments: ports.
    public static void main(String[] args) {
        var ports = List.of(args).stream().map(Integer::valueOf).toList();
        System.out.println("open: " + open(ports));
    }

    private static Set<Integer> open(List<Integer> ports) {
        var open = new ConcurrentSkipListSet<Integer>();
        try (var selector = SelectorManager.create();
                var probes = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int port : ports) {
                probes.execute(() -> {
                    try (var _ = aSocket(selector)
                            .tcp()
                            .connect("127.0.0.1", port, o -> o.connectTimeout(Duration.ofSeconds(5)))) {
                        open.add(port);
                    } catch (IOException e) {
                        System.err.println(e.getMessage()); // refused, or no answer in time
                    }
                });
            }
        }
        return open;
    }
}
