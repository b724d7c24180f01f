package dev.sluice.bench.report;

import dev.sluice.bench.Results;
import dev.sluice.bench.Results.Run;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What was measured, per workload and peer, beside what was measured before if that is known. Both come in the
/// order in which they ran; what only the older results have comes last.
///
/// @param compared whether there are older results
record Summary(List<Workload> workloads, boolean compared) {
    /// What all peers are compared with.
    static final String FLOOR = "c";

    /// What workloads have in common that stand side by side in one table.
    enum Kind {
        ECHO(""),
        DATAGRAMS("udp-"),
        IDLE("idle-"),
        ACCEPT("accept-");

        /// How the names of such workloads begin.
        final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        /// What such tables show.
        List<Measure> measures() {
            return this == IDLE
                    ? List.of(Measure.CONNECTION_BYTES, Measure.CONNECTION_HEAP)
                    : List.of(Measure.CPU_RATIO);
        }
    }

    /// @param base the peer that ratios refer to: the floor, or the first peer where the floor did not run
    record Workload(String name, String base, List<Peer> peers) {
        boolean has(Measure measure) {
            return peers.stream().anyMatch(peer -> peer.now(measure) != null || peer.before(measure) != null);
        }

        /// In words.
        String title() {
            return switch (kind()) {
                case IDLE -> "%,d idle connections".formatted(connections());
                case ACCEPT -> inWords(name.substring(Kind.ACCEPT.prefix.length())) + ", spread over loops";
                case ECHO, DATAGRAMS -> inWords(name);
            };
        }

        private static String inWords(String name) {
            var parts = name.split("x", -1);
            if (parts.length == 3) {
                var connections = parts[0].equals("1") ? "1 connection" : parts[0] + " connections";
                return "%s × %s B × %s in flight".formatted(connections, parts[1], parts[2]);
            }
            return name.equals("churn") ? "connect, echo, close" : name;
        }

        Kind kind() {
            return Stream.of(Kind.values())
                    .filter(kind -> !kind.prefix.isEmpty() && name.startsWith(kind.prefix))
                    .findFirst()
                    .orElse(Kind.ECHO);
        }

        /// Of idle ones, how many.
        int connections() {
            return Integer.parseInt(name.substring(Kind.IDLE.prefix.length()));
        }
    }

    /// A peer under a workload; one of `now` and `before` may be missing.
    record Peer(
            String name, @Nullable Figures now, @Nullable Figures before) {
        @Nullable
        Spread now(Measure measure) {
            return now == null ? null : now.spread(measure);
        }

        @Nullable
        Spread before(Measure measure) {
            return before == null ? null : before.spread(measure);
        }

        /// How much more it is than before, in per cent; null if that cannot be said.
        @Nullable
        Double change(Measure measure) {
            var spread = now(measure);
            var older = before(measure);
            return spread == null || older == null || older.median() == 0
                    ? null
                    : (Double) (100 * (spread.median() / older.median() - 1));
        }
    }

    static Summary of(Results now, @Nullable Results before) {
        var older = before == null ? List.<Run>of() : before.runs();
        var workloads = distinct(Stream.concat(now.runs().stream(), older.stream()), Run::workload).stream()
                .map(name -> workload(name, of(name, now.runs()), of(name, older)))
                .toList();
        return new Summary(workloads, before != null);
    }

    /// The workloads of each kind, of which there is more than one.
    Map<Kind, List<Workload>> sideBySide() {
        var kinds = workloads.stream()
                .collect(Collectors.groupingBy(
                        Workload::kind, () -> new EnumMap<Kind, List<Workload>>(Kind.class), Collectors.toList()));
        kinds.values().removeIf(some -> some.size() == 1);
        return kinds;
    }

    private static Workload workload(String name, List<Run> now, List<Run> before) {
        var measured = now.isEmpty() ? before : now;
        var base = measured.stream().anyMatch(run -> run.peer().equals(FLOOR))
                ? FLOOR
                : measured.getFirst().peer();
        var peers = distinct(Stream.concat(now.stream(), before.stream()), Run::peer).stream()
                .map(peer -> new Peer(peer, figures(peer, base, now), figures(peer, base, before)))
                .toList();
        return new Workload(name, base, peers);
    }

    private static @Nullable Figures figures(String peer, String base, List<Run> runs) {
        var own = runs.stream().filter(run -> run.peer().equals(peer)).toList();
        var reference = runs.stream().filter(run -> run.peer().equals(base)).toList();
        return own.isEmpty() ? null : Figures.of(own, reference);
    }

    private static List<Run> of(String workload, List<Run> runs) {
        return runs.stream().filter(run -> run.workload().equals(workload)).toList();
    }

    private static <T> List<String> distinct(Stream<T> stream, Function<T, String> name) {
        return stream.map(name).distinct().toList();
    }
}
