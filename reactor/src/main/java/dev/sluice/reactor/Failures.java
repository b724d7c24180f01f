package dev.sluice.reactor;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// Words for failures. A handle says why a call failed; here that gets the operation and the addresses, and keeps
/// its type among the JDK's own exceptions.
final class Failures {
    private Failures() {}

    static IOException at(String operation, IOException why) {
        if (why instanceof ClosedChannelException) {
            return why;
        }
        String text = operation + " failed: " + why.getMessage();
        var told = switch (why) {
            case ConnectException _ -> new ConnectException(text);
            case BindException _ -> new BindException(text);
            case NoRouteToHostException _ -> new NoRouteToHostException(text);
            case PortUnreachableException _ -> new PortUnreachableException(text);
            case UnknownHostException _ -> new UnknownHostException(text);
            default -> new SocketException(text);
        };
        told.initCause(why);
        return told;
    }

    /// `127.0.0.1:80`, `[::1]:80`, `example.org:80`, a path, or `?`.
    static String text(@Nullable SocketAddress address) {
        return switch (address) {
            case null -> "?";
            case InetSocketAddress inet -> {
                var ip = inet.getAddress();
                String host = ip == null ? inet.getHostString() : ip.getHostAddress();
                yield (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
            }
            case UnixDomainSocketAddress unix -> unix.toString().isEmpty() ? "(unnamed)" : unix.toString();
            default -> address.toString();
        };
    }
}
