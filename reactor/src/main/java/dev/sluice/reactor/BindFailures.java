package dev.sluice.reactor;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/// Words for addresses that cannot be bound: who has the port, which addresses there are, what is needed.
final class BindFailures {
    private static final Path PROC = Path.of("/proc");

    private BindFailures() {}

    static IOException explain(SocketAddress address, IOException why) {
        if (!(why instanceof BindException) || !(address instanceof InetSocketAddress inet)) {
            return Failures.at("listen on " + Failures.text(address), why);
        }
        String reason = String.valueOf(why.getMessage());
        String text = switch (reason) {
            case String r
            when r.contains("EADDRINUSE") || r.contains("in use") ->
                "[X-201] port " + inet.getPort() + " on " + host(inet) + " is in use" + owner(inet.getPort())
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
            default -> "listen on " + Failures.text(address) + " failed: " + reason;
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

    /// Which process listens on a TCP port, as far as /proc lets this process see; empty if it does not.
    private static String owner(int port) {
        try {
            for (var table : new String[] {"net/tcp", "net/tcp6"}) {
                var inode = listeningInode(PROC.resolve(table), port);
                if (inode.isPresent()) {
                    return processWith("socket:[" + inode.get() + "]").orElse("");
                }
            }
            return "";
        } catch (IOException _) {
            return ""; // no /proc, or none of our business: the message does without
        }
    }

    /// See proc_net_tcp.txt of the kernel: local address is column 2, state 0A is LISTEN, the inode is column 10.
    private static Optional<String> listeningInode(Path table, int port) throws IOException {
        String end = ":%04X".formatted(port);
        try (var lines = Files.lines(table)) {
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(column -> column.length > 9 && column[1].endsWith(end) && column[3].equals("0A"))
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
        } catch (IOException _) {
            return false; // another user's process, or one that has just ended
        }
        return false;
    }
}
