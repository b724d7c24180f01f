package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.Workload.Closed;
import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.Workload.Open;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a plan. A peer that cannot run here is told once and left out; one that fails is told and left out until it is
/// started again.
final class Rounds {
    private final Plan plan;
    private final Servers servers;
    private final DatagramTrial datagrams;
    private final Progress progress;
    private final Consumer<Run> each;
    private final Set<String> unavailable = new HashSet<>();
    private int failures;

    /// What the ratios of the present workload in the present round refer to.
    private @Nullable Run base;

    /// The rate of the open loop; 0 until it is known.
    private double perSecond;

    /// @param each gets every run when it is over
    Rounds(Plan plan, Servers servers, DatagramTrial datagrams, Progress progress, Consumer<Run> each) {
        this.plan = plan;
        this.servers = servers;
        this.datagrams = datagrams;
        this.progress = progress;
        this.each = each;
    }

    private interface Attempt {
        void run() throws Unavailable, IOException, InterruptedException;
    }

    /// @return how many attempts have failed
    int run() throws InterruptedException {
        for (int start = 1; start <= plan.starts(); start++) {
            for (var workload : plan.workloads()) {
                base = null;
                switch (workload) {
                    case Echo echo when echo.inTurns() -> inTurns(start, echo);
                    case Echo echo -> oneByOne(start, echo);
                    case Datagrams some -> oneByOne(start, some);
                }
            }
        }
        return failures;
    }

    /// All servers are there at once. While one has its load, the others are idle.
    private void inTurns(int start, Echo echo) throws InterruptedException {
        var running = new ArrayList<LoadedServer>();
        try {
            for (var entry : plan.entries(echo)) {
                var what = entry.name() + " is started for " + echo.name();
                attempt(
                        echo,
                        entry.name(),
                        what,
                        plan.secondsBefore(echo),
                        () -> running.add(servers.startWarm(echo, entry, plan.warmup())));
            }
            var rounds = plan.roundsOf(start).boxed().toList();
            for (int round : rounds) {
                base = null;
                for (var server : List.copyOf(running)) {
                    if (!turn(round, round == rounds.getLast(), server)) {
                        running.remove(server);
                        server.close();
                    }
                }
            }
        } finally {
            running.forEach(LoadedServer::close);
        }
    }

    private boolean turn(int round, boolean last, LoadedServer server) throws InterruptedException {
        var echo = server.echo();
        var name = server.entry().name();
        return attempt(echo, name, text(round, echo, name), plan.secondsOfTurn(), () -> {
            var run = last
                    ? server.measureAndAsk(round, Plan.LEAD_IN, plan.seconds())
                    : server.measure(round, Plan.LEAD_IN, plan.seconds());
            end(echo, run);
        });
    }

    private void oneByOne(int round, Echo echo) throws InterruptedException {
        for (var entry : plan.entries(echo)) {
            var name = entry.name();
            attempt(echo, name, text(round, echo, name), plan.secondsBefore(echo), () -> {
                try (var server = servers.start(echo, entry, rate(echo, entry))) {
                    end(echo, server.measureAndAsk(round, plan.warmup(), plan.secondsAtOnce()));
                }
            });
        }
    }

    private void oneByOne(int round, Datagrams some) throws InterruptedException {
        for (var peer : plan.entries(some)) {
            attempt(
                    some,
                    peer,
                    text(round, some, peer),
                    plan.secondsBefore(some),
                    () -> end(some, datagrams.run(round, some, peer)));
        }
    }

    private static String text(int round, Workload workload, String peer) {
        return "round " + round + "  " + workload.name() + "  " + peer;
    }

    /// @return whether it has gone well
    private boolean attempt(Workload workload, String peer, String what, double seconds, Attempt attempt)
            throws InterruptedException {
        progress.begin(what, seconds);
        if (unavailable.contains(peer)) {
            return false;
        }
        try {
            attempt.run();
            return true;
        } catch (Unavailable e) {
            unavailable.add(peer);
            progress.note("left out: " + peer + ": " + e.getMessage());
        } catch (IOException e) {
            failures++;
            progress.note("FAILED: " + workload.name() + ", " + peer + ": " + e.getMessage());
        }
        return false;
    }

    private void end(Workload workload, Run run) throws IOException {
        if (run.messages() == 0 && !(workload instanceof Idle)) {
            throw new IOException("not one message came back in " + run.seconds() + " s");
        }
        progress.end(run, base);
        if (base == null) {
            base = run;
        }
        each.accept(run);
    }

    /// Half of what the first peer that there is does in a closed loop.
    private double rate(Echo echo, Entry entry) throws Unavailable, IOException, InterruptedException {
        if (echo instanceof Open(var shape) && perSecond == 0) {
            try (var server = servers.start(new Closed(shape), entry, 0)) {
                perSecond = Math.rint(
                        server.measure(0, plan.warmup(), plan.secondsAtOnce()).rate() / 2);
            }
            progress.note(String.format("open: %,.0f messages/s, half of what %s does", perSecond, entry.name()));
        }
        return perSecond;
    }
}
