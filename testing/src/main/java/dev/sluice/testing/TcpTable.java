package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// What Linux tells of the connections of this machine, proc_net_tcp.txt. Where there is no such table, nothing is
/// waited for.
public final class TcpTable {
    private static final Path IPV4 = Path.of("/proc/net/tcp");
    private static final Path IPV6 = Path.of("/proc/net/tcp6");

    private TcpTable() {}

    /// A line of the table.
    private record Entry(String local, String remote, String timer, String retransmits) {
        static Entry of(String line) {
            var column = line.strip().split("\\s+", -1);
            return new Entry(column[1], column[2], column[5].substring(0, 2), column[6]);
        }

        /// The peer takes no more: its window is closed, and the system probes whether it has opened again, or what
        /// was sent last found no room and is sent again.
        boolean isHeldBack() {
            return timer.equals("04") || (timer.equals("01") && !retransmits.matches("0*"));
        }
    }

    /// Waits until the peer of a connection, which does not read, takes no more of what was sent: nothing is on its
    /// way to it.
    public static void awaitHeldBack(SocketAddress local, SocketAddress remote) {
        if (Files.isReadable(IPV4)) {
            Eventually.until(
                    "the peer takes no more",
                    () -> entry(local, remote).filter(Entry::isHeldBack).isPresent());
        }
    }

    /// Waits until the system knows that a connection is lost, such as by a reset on its way.
    public static void awaitLost(SocketAddress local, SocketAddress remote) {
        if (Files.isReadable(IPV4)) {
            Eventually.until("the connection is lost", () -> !has(local, remote));
        }
    }

    /// Whether this end of a connection is one that the system knows; true where that cannot be told.
    public static boolean has(SocketAddress local, SocketAddress remote) {
        return !Files.isReadable(IPV4) || entry(local, remote).isPresent();
    }

    /// Of IPv4 sockets and of those that are IPv4 and IPv6.
    private static Optional<Entry> entry(SocketAddress local, SocketAddress remote) {
        return Stream.of(IPV4, IPV6)
                .flatMap(TcpTable::lines)
                .map(Entry::of)
                .filter(entry -> entry.local().endsWith(port(local)))
                .filter(entry -> entry.remote().endsWith(port(remote)))
                .findFirst();
    }

    /// A system without IPv6 has no table of it.
    private static Stream<String> lines(Path table) {
        try {
            return Files.exists(table) ? Files.readAllLines(table).stream().skip(1) : Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String port(SocketAddress address) {
        return ":%04X".formatted(((InetSocketAddress) address).getPort());
    }
}
