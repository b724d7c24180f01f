package dev.sluice.bench;

import dev.sluice.bench.Workload.Accept;
import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.Workload.Echo;
import java.util.ArrayList;
import java.util.List;

/// What is measured: each workload in each round, with one run of each peer.
///
/// @param peers their names; the first is what the ratios of a round refer to
record Plan(int rounds, List<Workload> workloads, List<String> peers, double warmup, double seconds) {
    Plan {
        if (rounds < 1 || warmup < 0 || seconds <= 0) {
            throw new IllegalArgumentException(
                    "rounds must be 1 or more, the warm-up 0 s or more, and the time of a measurement more than that");
        }
        workloads = List.copyOf(workloads);
        peers = List.copyOf(peers);
    }

    /// The peers of a workload over TCP, the floor first.
    List<Entry> entries(Echo echo) {
        var entries = new ArrayList<Entry>();
        for (var peer : echo instanceof Accept ? Peer.OF_ACCEPTING : Peer.ALL) {
            if (!peers.contains(peer.name())) {
                continue;
            }
            if (echo.loops() == 1 || peer.isOwn() || peer.name().equals(Peer.FLOOR)) {
                entries.add(new Entry(peer, 1));
            }
            if (echo.loops() > 1 && peer.isOwn()) {
                entries.add(new Entry(peer, echo.loops()));
            }
        }
        return entries;
    }

    /// The peers of a workload over UDP, the floor first. The JDK has no calls for many datagrams.
    List<String> entries(Datagrams datagrams) {
        return Peer.OF_DATAGRAMS.stream()
                .filter(peers::contains)
                .filter(peer -> datagrams.mode().equals("single") || !peer.equals("jdk"))
                .toList();
    }

    /// How many runs there are.
    int runs() {
        return rounds
                * workloads.stream()
                        .mapToInt(workload -> switch (workload) {
                            case Echo echo -> entries(echo).size();
                            case Datagrams datagrams -> entries(datagrams).size();
                        })
                        .sum();
    }
}
