package dev.sluice.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the server and this process have used up to a moment.
///
/// @param nanos the moment
/// @param serverMicros CPU time of the server, user and system; the system counts it in steps of 10 ms
/// @param loadMicros CPU time of this process
record Usage(long nanos, double serverMicros, double loadMicros) {
    static Usage now(long serverPid) {
        var server = ProcessHandle.of(serverPid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow(() -> new IllegalStateException("the server, process " + serverPid + ", has ended"));
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Usage(System.nanoTime(), server.toNanos() / 1e3, system.getProcessCpuTime() / 1e3);
    }

    Measured since(Usage before, Tally tally) {
        return new Measured(
                (nanos - before.nanos) / 1e9,
                tally.messages(),
                serverMicros - before.serverMicros,
                loadMicros - before.loadMicros,
                tally.latency(),
                null,
                tally.tellErrors());
    }

    /// The memory of a process that is in RAM, in bytes. Linux only: proc(5), `smaps_rollup`.
    static long residentBytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup")).stream()
                            .filter(line -> line.startsWith("Rss:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException("the resident memory of process " + pid + " cannot be read", e);
        }
    }
}
