package dev.sluice.bench;

import java.util.List;
import java.util.stream.Stream;

/// How much is measured where the user does not say.
///
/// @param starts how many times servers are started anew
/// @param rounds how many there are of these together
/// @param warmup in seconds
/// @param measured seconds of one turn
/// @param peers over TCP, beside the floor; over UDP it is always all
record Extent(int starts, int rounds, double warmup, double measured, List<String> workloads, List<String> peers) {
    private static final List<String> FACES = List.of("sockets:linux", "futures:linux", "actors:linux");

    /// Something to look at within a minute or two.
    static final Extent QUICK = new Extent(1, 9, 4, 1, List.of("64x64x1"), FACES);

    /// What the faces cost, beside Netty; some ten minutes.
    static final Extent USUAL = new Extent(
            2,
            12,
            6,
            1,
            List.of("64x64x1", "64x64x16", "1000x512x1"),
            Stream.concat(FACES.stream(), Stream.of("netty-epoll")).toList());

    /// Everything; some hours.
    static final Extent FULL = new Extent(
            2, 12, 6, 1, Workload.NAMES, Peer.ALL.stream().map(Peer::name).toList());
}
