package dev.sluice.bench;

import dev.sluice.bench.Workload.Accept;
import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.Workload.Echo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What is measured. Servers are started some times over; each time those of a workload are warmed up and then take
/// turns, round by round. Workloads that do not go in turns have one round each time.
///
/// @param peers their names; the first is what the ratios of a round refer to
/// @param warmup in seconds
/// @param seconds of one turn
record Plan(int starts, int rounds, List<Workload> workloads, List<String> peers, double warmup, double seconds) {
    /// How long a load lies on its server before a turn is measured, in seconds.
    static final double LEAD_IN = 0.3;

    /// What starting a server takes, about.
    private static final double START = 3;

    Plan {
        if (starts < 1 || rounds < starts || warmup < 0 || seconds <= 0) {
            throw new IllegalArgumentException("servers must be started once or more, and have a round for each"
                    + " start; the warm-up must be 0 s or more, and the time of a turn more than that");
        }
        workloads = List.copyOf(workloads);
        peers = List.copyOf(peers);
    }

    /// The rounds of one start, of workloads that go in turns.
    IntStream roundsOf(int start) {
        return IntStream.rangeClosed(rounds * (start - 1) / starts + 1, rounds * start / starts);
    }

    /// How long a workload is measured at each start if it does not go in turns: as long as the others in all.
    double secondsAtOnce() {
        return seconds * rounds / starts;
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

    /// How long the start and the warm-up of a server take, about, or all of one that does not take turns.
    double secondsBefore(Workload workload) {
        return START + warmup + (workload.inTurns() ? 0 : secondsAtOnce());
    }

    /// How long a turn takes, about.
    double secondsOfTurn() {
        return LEAD_IN + seconds;
    }

    /// How long all of it takes, about.
    double secondsInAll() {
        return workloads.stream().mapToDouble(this::secondsOf).sum();
    }

    private double secondsOf(Workload workload) {
        int peers = switch (workload) {
            case Echo echo -> entries(echo).size();
            case Datagrams datagrams -> entries(datagrams).size();
        };
        return peers * (starts * secondsBefore(workload) + (workload.inTurns() ? rounds * secondsOfTurn() : 0));
    }
}
