package dev.sluice.reactor;

import java.net.SocketOption;

/// Socket options of TCP and IP that the JDK does not name. A transport that does not have one says so when it is
/// used.
public final class MoreSocketOptions {
    /// For how many milliseconds sent data may stay unacknowledged before the connection is given up with a
    /// timeout; 0 is the system's default. Linux, tcp(7), RFC 5482.
    public static final SocketOption<Integer> TCP_USER_TIMEOUT = new Option<>("TCP_USER_TIMEOUT", Integer.class);

    /// Holds partial segments back until the option is cleared or 200 ms have passed. Linux, tcp(7).
    public static final SocketOption<Boolean> TCP_CORK = new Option<>("TCP_CORK", Boolean.class);

    /// How many bytes may wait unsent in the kernel before the socket counts as not writable. Linux, tcp(7).
    public static final SocketOption<Integer> TCP_NOTSENT_LOWAT = new Option<>("TCP_NOTSENT_LOWAT", Integer.class);

    /// Whether urgent bytes are read among the others, in place of being dropped. RFC 9293, 3.8.5.
    public static final SocketOption<Boolean> SO_OOBINLINE = new Option<>("SO_OOBINLINE", Boolean.class);

    /// Whether an IPv6 socket refuses IPv4 peers; off means dual stack. Before binding. RFC 3493, 5.3.
    public static final SocketOption<Boolean> IPV6_V6ONLY = new Option<>("IPV6_V6ONLY", Boolean.class);

    /// Time to live of outgoing IPv4 packets, 1 to 255. RFC 791.
    public static final SocketOption<Integer> IP_TTL = new Option<>("IP_TTL", Integer.class);

    /// The network interface that alone is used, by name; empty for any. Linux, socket(7); may need a privilege.
    public static final SocketOption<String> SO_BINDTODEVICE = new Option<>("SO_BINDTODEVICE", String.class);

    /// The id of the process that was the peer of a Unix-domain connection when it was made; 0 if it is in a namespace
    /// that this one does not see. Cannot be set. Linux, unix(7): the `pid` of SO_PEERCRED.
    public static final SocketOption<Integer> SO_PEERPID = new Option<>("SO_PEERPID", Integer.class);

    private MoreSocketOptions() {}

    private record Option<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }
}
