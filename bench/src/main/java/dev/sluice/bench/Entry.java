package dev.sluice.bench;

/// A peer with so many event loops.
record Entry(Peer peer, int loops) {
    /// Under which name it stands in the results.
    String name() {
        return loops == 1 ? peer.name() : peer.name() + "/" + loops;
    }
}
