package dev.sluice.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.Workload.Echo;
import dev.sluice.bench.Workload.Idle;
import dev.sluice.bench.Workload.Open;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What this machine has to measure with.
///
/// @param processors the numbers of those that this process may use
/// @param hasTaskset whether processes can be pinned to processors
/// @param hasCompiler whether there is a C compiler, `cc`
/// @param descriptors how many a process may have
record Host(List<Integer> processors, boolean hasTaskset, boolean hasCompiler, long descriptors) {
    /// Beside its connections, a process has some descriptors for itself.
    private static final int OWN_DESCRIPTORS = 200;

    static Host probe() throws IOException {
        var system = ManagementFactory.getOperatingSystemMXBean();
        // A JVM raises its limit as far as it may.
        long most =
                system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : Long.MAX_VALUE;
        return new Host(allowedProcessors(), isOnPath("taskset"), isOnPath("cc"), most);
    }

    /// Why a workload makes no sense here, or null.
    @Nullable
    String cannot(Workload workload, LoadGenerator load) {
        return switch (workload) {
            case Idle _
            when !Files.isReadable(Path.of("/proc/self/smaps_rollup")) ->
                "resident memory is read from /proc, which this system does not have";
            case Open _ when processors.size() == 1 -> "to be on time the load generator needs a processor to itself";
            case Datagrams _ when !hasCompiler -> "its other side is in C, and there is no C compiler (cc)";
            case Echo echo
            when echo.descriptors() + OWN_DESCRIPTORS > descriptors ->
                "it needs " + (echo.descriptors() + OWN_DESCRIPTORS) + " descriptors, and a process may have "
                        + descriptors + " (ulimit -Hn)";
            default -> load.cannot(workload);
        };
    }

    private static List<Integer> allowedProcessors() throws IOException {
        var status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            try (Stream<String> lines = Files.lines(status)) {
                var list = lines.filter(line -> line.startsWith("Cpus_allowed_list:"))
                        .findFirst();
                if (list.isPresent()) {
                    return processors(
                            list.get().substring(list.get().indexOf(':') + 1).trim());
                }
            }
        }
        return processors("0-" + (Runtime.getRuntime().availableProcessors() - 1));
    }

    /// The numbers in a list such as `0-3,8`: proc(5), `Cpus_allowed_list`.
    static List<Integer> processors(String list) {
        var numbers = new ArrayList<Integer>();
        for (var range : list.split(",", -1)) {
            var ends = range.split("-", -1);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int number = Integer.parseInt(ends[0]); number <= last; number++) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    boolean pins() {
        return hasTaskset && processors.size() > 1;
    }

    /// A server with so many loops gets as many processors, the first ones, but not the last of all.
    List<String> pinServer(int loops, List<String> command) {
        int most = Math.max(1, processors.size() - 1);
        return pin(processors.subList(0, Math.min(loops, most)), loops <= most, command);
    }

    /// The load generator has the last processor to itself.
    List<String> pinLoad(List<String> command) {
        return pin(processors.subList(processors.size() - 1, processors.size()), true, command);
    }

    private List<String> pin(List<Integer> where, boolean fits, List<String> command) {
        if (!pins() || !fits) {
            return command;
        }
        var pinned = new ArrayList<>(List.of(
                "taskset",
                "-c",
                String.join(",", where.stream().map(String::valueOf).toList())));
        pinned.addAll(command);
        return pinned;
    }

    /// What is missing, and what that means for the figures.
    List<String> shortcomings(List<Workload> workloads) {
        var notes = new ArrayList<String>();
        if (processors.size() == 1) {
            notes.add("one processor only: server and load generator share it, and rates and latencies say little");
        } else if (!hasTaskset) {
            notes.add("no taskset: server and load generator are not pinned to processors, and figures spread more");
        }
        if (!hasCompiler) {
            notes.add("no C compiler (cc): ratios refer to the first peer, as there is no floor");
        }
        for (var workload : workloads) {
            if (workload instanceof Echo echo && echo.loops() > 1 && echo.loops() >= processors.size()) {
                notes.add(workload.name()
                        + ": the load generator shares its processor with the server, as there are only "
                        + processors.size());
            }
        }
        return notes;
    }
}
