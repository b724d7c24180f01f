package dev.sluice.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/// What the demo prints: a row when a load is over and, on a terminal, how far it is until then.
final class DemoTable {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double BYTES_PER_MB = 1e6;

    private final PrintWriter out;
    private final boolean onTerminal =
            Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();

    DemoTable(PrintWriter out) {
        this.out = out;
        out.println(
                "face     transport load      connections   messages       MB messages/s   p50 us   p99 us   lost errors");
    }

    void unavailable(Face face, String transport, String why) {
        out.printf(Locale.ROOT, "%-8s %-9s not available: %s%n", face, transport, why);
    }

    void progress(Face face, String transport, Load load, Tally tally) {
        if (onTerminal) {
            start(face, transport, load, tally);
            out.flush();
        }
    }

    void row(Face face, String transport, Load load, Tally tally) {
        start(face, transport, load, tally);
        var latency = tally.latencyNanos();
        out.printf(
                Locale.ROOT,
                " %,8.1f %,10.0f %,8.0f %,8.0f %,6d %,6d%n",
                tally.bytes() / BYTES_PER_MB,
                tally.messages() / tally.seconds(),
                latency.getValueAtPercentile(50) / NANOS_PER_MICRO,
                latency.getValueAtPercentile(99) / NANOS_PER_MICRO,
                tally.lost(),
                tally.errors());
        tally.firstErrors().forEach(error -> out.println("  " + error));
        out.flush();
    }

    private void start(Face face, String transport, Load load, Tally tally) {
        out.printf(
                Locale.ROOT,
                "%s%-8s %-9s %-9s %,11d %,10d",
                onTerminal ? "\r" : "",
                face,
                transport,
                load.name(),
                load.connections(),
                tally.messages());
    }

    void end(long verified, long errors) {
        out.println();
        out.printf(Locale.ROOT, "%s%,d messages came back intact.%n", errors == 0 ? "" : "FAILED. ", verified);
        out.println("Datagrams may be lost, and are counted; what comes back wrong is an error.");
        out.println("Client and server shared this process and its processors: a check, not a benchmark.");
        out.flush();
    }
}
