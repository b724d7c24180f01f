package dev.sluice.bench;

import dev.sluice.bench.Peer.Unavailable;
import dev.sluice.bench.Results.Run;
import dev.sluice.bench.Workload.Closed;
import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.Workload.Open;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a plan: the peers take turns within each round. A peer that cannot run here is told once and left out.
final class Rounds {
    private final Plan plan;
    private final EchoTrial echoes;
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
    Rounds(Plan plan, EchoTrial echoes, DatagramTrial datagrams, Progress progress, Consumer<Run> each) {
        this.plan = plan;
        this.echoes = echoes;
        this.datagrams = datagrams;
        this.progress = progress;
        this.each = each;
    }

    private interface Trial {
        Run run() throws Unavailable, IOException, InterruptedException;
    }

    /// @return how many runs have failed
    int run() throws InterruptedException {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (var workload : plan.workloads()) {
                base = null;
                run(round, workload);
            }
        }
        return failures;
    }

    private void run(int round, Workload workload) throws InterruptedException {
        switch (workload) {
            case Echo echo -> {
                for (var entry : plan.entries(echo)) {
                    attempt(round, workload, entry.name(), () -> echoes.run(round, echo, entry, rate(echo, entry)));
                }
            }
            case Datagrams some -> {
                for (var peer : plan.entries(some)) {
                    attempt(round, workload, peer, () -> datagrams.run(round, some, peer));
                }
            }
        }
    }

    private void attempt(int round, Workload workload, String peer, Trial trial) throws InterruptedException {
        progress.begin(round, workload.name(), peer);
        if (unavailable.contains(peer)) {
            return;
        }
        try {
            var run = trial.run();
            if (run.messages() == 0 && !(workload instanceof Idle)) {
                throw new IOException("not one message came back in " + run.seconds() + " s");
            }
            progress.end(run, base);
            if (base == null) {
                base = run;
            }
            each.accept(run);
        } catch (Unavailable e) {
            unavailable.add(peer);
            progress.note("left out: " + peer + ": " + e.getMessage());
        } catch (IOException e) {
            failures++;
            progress.note("FAILED: " + workload.name() + ", " + peer + ": " + e.getMessage());
        }
    }

    /// Half of what the first peer that there is does in a closed loop.
    private double rate(Echo echo, Entry entry) throws Unavailable, IOException, InterruptedException {
        if (echo instanceof Open(var shape) && perSecond == 0) {
            perSecond = Math.rint(echoes.run(0, new Closed(shape), entry, 0).rate() / 2);
            progress.note(String.format("open: %,.0f messages/s, half of what %s does", perSecond, entry.name()));
        }
        return perSecond;
    }
}
