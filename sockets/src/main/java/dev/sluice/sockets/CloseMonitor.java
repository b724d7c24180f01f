package dev.sluice.sockets;

import dev.sluice.reactor.Readiness;

/// Where any number of threads wait until a socket is closed and its descriptor is back with the system.
final class CloseMonitor {
    private final Readiness released;

    /// Whether the readiness knows this monitor; guarded by it.
    private boolean isRegistered;

    CloseMonitor(Readiness released) {
        this.released = released;
    }

    synchronized void await() throws InterruptedException {
        if (!isRegistered) {
            isRegistered = true;
            if (!released.await(this::released)) {
                return; // already
            }
        }
        while (!released.isReady()) {
            ParkingWaiter.requireNotOnLoop("awaitClosed");
            wait();
        }
    }

    private synchronized void released() {
        notifyAll();
    }
}
