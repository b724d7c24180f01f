package dev.sluice.bench.load;

import dev.sluice.reactor.EventLoop;
import dev.sluice.reactor.Timer;
import java.util.List;

/// Makes connections send in turn, at a fixed rate, on a loop that does not sleep. One that is late catches up
/// at once: how late is for the messages' pace to know.
final class Metronome implements Runnable {
    private final List<Connection> connections;
    private final Beat beat;
    private final Timer timer;
    private long next;

    Metronome(EventLoop loop, List<Connection> connections, Beat beat) {
        this.connections = connections;
        this.beat = beat;
        this.timer = loop.timer(this);
    }

    void stop() {
        timer.cancel();
    }

    @Override
    public void run() {
        while (beat.nanos(next) - System.nanoTime() <= 0) {
            connections.get((int) (next++ % connections.size())).run();
        }
        timer.set(beat.nanos(next));
    }
}
