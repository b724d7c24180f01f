package dev.sluice.bench;

import dev.sluice.bench.Results.Run;
import dev.sluice.bench.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What `./sluice bench` runs.
@Command(
        name = "sluice bench",
        description = {
            "Measure echo servers side by side: those in Sluice's three faces, and what else one might use.",
            "Each server is a process of its own, pinned to one processor, the load generator to another. In each round "
                    + "all peers take turns of a second, and ratios refer to the first, a server in C, in the same "
                    + "round.",
            "",
            "Without options: 12 rounds of 64x64x1, 64x64x16 and 1000x512x1 for c, the faces on linux, and Netty."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    /// At most one of them.
    static final class Choice {
        @Option(names = "--quick", description = "9 rounds of 64x64x1 for c and the faces on linux.")
        boolean quick;

        @Option(names = "--full", description = "All peers and workloads, 12 rounds; takes hours.")
        boolean full;
    }

    @ArgGroup
    private Choice choice = new Choice();

    @Option(
            names = "--workload",
            paramLabel = "W",
            description = "CONNECTIONSxBYTESxDEPTH, churn, idle, growth, active, open, udp, loops2 or accept; "
                    + "may be repeated.")
    private List<String> workloads = List.of();

    @Option(names = "--peer", paramLabel = "P", description = "Such as sockets:linux; may be repeated.")
    private List<String> peers = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "How many rounds in all.")
    private @Nullable Integer rounds;

    @Option(
            names = "--starts",
            paramLabel = "N",
            description = "How many times servers are started anew for them. For workloads that do not go in turns "
                    + "(idle, growth, active, open, udp) that is how often each is measured.")
    private @Nullable Integer starts;

    @Option(names = "--warmup", paramLabel = "S", description = "Seconds of load after each start.")
    private @Nullable Double warmup;

    @Option(names = "--secs", paramLabel = "S", description = "Seconds of each turn.")
    private @Nullable Double seconds;

    @Option(names = "--out", paramLabel = "DIR", description = "Where results go; target/bench/TIME if not given.")
    private @Nullable Path out;

    @Option(names = "--compare", paramLabel = "FILE", description = "Older results.json to show beside the new ones.")
    private @Nullable Path compare;

    @Option(names = "--load", description = "The load generator: java or c.")
    private LoadGenerator load = LoadGenerator.JAVA;

    @Spec
    private CommandSpec spec;

    /// Starts the program. Whatever ends it ends the processes that it has started.
    public static void main(String[] args) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return Failures.inOneLine(new CommandLine(new Bench())).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var older = compare == null ? null : Report.read(compare);
        var host = Host.probe();
        var notes = new ArrayList<String>();
        var plan = plan(host, notes);
        var directory = out != null ? out : defaultDirectory();
        var logs = Files.createDirectories(directory.resolve("log"));
        var console = spec.commandLine().getOut();
        var progress = new Progress(console, plan.secondsInAll());
        notes.forEach(progress::note);

        var programs = new Programs(host, directory.resolve("bin"));
        var machine = Here.machine(host, spec.commandLine().getParseResult().originalArgs());
        var runs = new ArrayList<Run>();
        int failures = new Rounds(
                        plan,
                        new Servers(host, programs, load, logs),
                        new DatagramTrial(host, programs, plan.warmup(), plan.secondsAtOnce(), logs),
                        progress,
                        run -> {
                            runs.add(run);
                            write(new Results(machine, progress.notes(), runs), older, directory);
                        })
                .run();
        if (runs.isEmpty()) {
            throw new IOException("nothing was measured");
        }
        var results = new Results(machine, progress.notes(), runs);
        write(results, older, directory);
        Report.print(results, older, console);
        console.println("\nTables and pictures are in " + directory.resolve("bench.md"));
        console.flush();
        return failures == 0 && runs.stream().allMatch(run -> run.errors() == 0) ? 0 : 1;
    }

    /// What is there is written after each run, so that nothing is lost to who ends it early.
    private static void write(Results results, @Nullable Results older, Path directory) {
        try {
            Report.write(results, older, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Plan plan(Host host, List<String> notes) {
        var extent = choice.quick ? Extent.QUICK : choice.full ? Extent.FULL : Extent.USUAL;
        var suitable = new ArrayList<Workload>();
        for (var workload : workloadsOf(workloads.isEmpty() ? extent.workloads() : workloads)) {
            String why = host.cannot(workload, load);
            if (why == null) {
                suitable.add(workload);
            } else {
                notes.add("left out: " + workload.name() + ": " + why);
            }
        }
        notes.addAll(host.shortcomings(suitable));
        return new Plan(
                starts != null ? starts : Math.min(extent.starts(), rounds != null ? rounds : extent.starts()),
                rounds != null ? rounds : Math.max(extent.rounds(), starts != null ? starts : 1),
                suitable,
                peerNames(extent),
                warmup != null ? warmup : extent.warmup(),
                seconds != null ? seconds : extent.measured());
    }

    private static List<Workload> workloadsOf(List<String> names) {
        return names.stream()
                .flatMap(name -> Workload.named(name).stream())
                .distinct()
                .toList();
    }

    /// The floor, and those that were asked for. Who asks for none of the peers that a kind of workload has gets the
    /// usual ones there.
    private List<String> peerNames(Extent extent) {
        for (var name : peers) {
            if (!Peer.isKnown(name)) {
                throw new IllegalArgumentException(
                        "there is no peer " + name + "; there are " + String.join(", ", Peer.names()));
            }
        }
        var names = new ArrayList<>(List.of(Peer.FLOOR));
        names.addAll(asked(namesOf(Peer.ALL), extent.peers()));
        names.addAll(asked(namesOf(Peer.OF_ACCEPTING), namesOf(Peer.OF_ACCEPTING)));
        names.addAll(asked(Peer.OF_DATAGRAMS, Peer.OF_DATAGRAMS));
        return names;
    }

    private static List<String> namesOf(List<Peer> some) {
        return some.stream().map(Peer::name).toList();
    }

    private List<String> asked(List<String> all, List<String> usual) {
        if (peers.equals(List.of(Peer.FLOOR))) {
            return List.of();
        }
        var some = all.stream()
                .filter(name -> peers.contains(name) && !name.equals(Peer.FLOOR))
                .toList();
        return some.isEmpty() ? usual : some;
    }

    private static Path defaultDirectory() {
        var time = LocalDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmmss"));
        return Path.of("target", "bench", time);
    }
}
