package dev.sluice.reactor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/// Words for addresses that cannot be bound: who has the port, which addresses there are, what is needed. The JDK tells
/// a reason only in the system's own words; those in another language than English are passed on as they are.
final class BindFailures {
    private static final Path PROC = Path.of("/proc");

    /// What an address is bound for, and where the kernel lists who has it, proc_net_tcp.txt.
    enum Use {
        LISTEN("listen on", "tcp", "0A"), // TCP_LISTEN
        DATAGRAMS("bind", "udp", "07"); // TCP_CLOSE, which is all that UDP has before it connects

        private final String operation;
        private final String table;
        private final String state;

        Use(String operation, String table, String state) {
            this.operation = operation;
            this.table = table;
            this.state = state;
        }
    }

    private BindFailures() {}

    static IOException explain(Use use, SocketAddress address, IOException why) {
        String operation = use.operation + " " + Failures.text(address);
        if (!(why instanceof BindException) || !(address instanceof InetSocketAddress inet)) {
            return Failures.at(operation, why);
        }
        String reason = String.valueOf(why.getMessage());
        String text = switch (reason) {
            case String r
            when r.contains("EADDRINUSE") || r.contains("in use") ->
                "[X-201] port " + inet.getPort() + " on " + host(inet) + " is in use" + owner(use, inet.getPort())
                        + ". Choose another port, or set SO_REUSEPORT on both (" + reason + ")";
            case String r
            when r.contains("EACCES") || r.contains("ermission denied") ->
                "[X-202] port " + inet.getPort()
                        + " needs the CAP_NET_BIND_SERVICE capability. Use a port of 1024 or more, or setcap ("
                        + reason + ")";
            case String r
            when r.contains("EADDRNOTAVAIL") || r.contains("annot assign") ->
                "[X-203] " + host(inet) + " is not an address of this host; local addresses are " + localAddresses()
                        + " (" + reason + ")";
            default -> operation + " failed: " + reason;
        };
        var told = new BindException(text);
        told.initCause(why);
        return told;
    }

    private static String host(InetSocketAddress inet) {
        return inet.getAddress().getHostAddress();
    }

    private static String localAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(address -> address.getHostAddress())
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            return "not known: " + e.getMessage();
        }
    }

    /// Which process has a port, as far as /proc lets this process see; empty if it does not.
    private static String owner(Use use, int port) {
        try {
            for (var table : new String[] {use.table, use.table + "6"}) {
                var inode = inode(PROC.resolve("net").resolve(table), use.state, port);
                if (inode.isPresent()) {
                    return processWith("socket:[" + inode.get() + "]").orElse("");
                }
            }
            return "";
        } catch (IOException | UncheckedIOException | DirectoryIteratorException _) {
            return ""; // no /proc, or none of our business: the message does without
        }
    }

    /// Local address is column 2, state column 4, the inode column 10.
    private static Optional<String> inode(Path table, String state, int port) throws IOException {
        String end = ":%04X".formatted(port);
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(column -> column.length > 9 && column[1].endsWith(end) && column[3].equals(state))
                    .map(column -> column[9])
                    .findFirst();
        }
    }

    private static Optional<String> processWith(String socket) throws IOException {
        try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (var process : processes) {
                if (hasOpen(process, socket)) {
                    String command = Files.readString(process.resolve("cmdline"))
                            .replace('\0', ' ')
                            .strip();
                    return Optional.of(" by pid " + process.getFileName() + " (" + command + ")");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, String socket) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (var descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            return false; // another user's process, or one that has just ended
        }
        return false;
    }
}
