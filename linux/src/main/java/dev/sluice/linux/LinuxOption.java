package dev.sluice.linux;

import static dev.sluice.linux.Constants.IPPROTO_IP;
import static dev.sluice.linux.Constants.IPPROTO_IPV6;
import static dev.sluice.linux.Constants.IPPROTO_TCP;
import static dev.sluice.linux.Constants.SOL_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.reactor.MoreSocketOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// How an option of the JDK or of [MoreSocketOptions] is told to the kernel: socket(7), tcp(7), ip(7), ipv6(7).
///
/// @param level whose option it is
/// @param name its number there
/// @param form how its value looks in memory
/// @param ipv4 the same for what an IPv6 socket exchanges with IPv4 peers; null if it needs none
record LinuxOption(int level, int name, Form form, @Nullable LinuxOption ipv4) {
    enum Form {
        FLAG,
        NUMBER,
        /// A number from 0 to 255.
        OCTET,
        /// A buffer size: the kernel doubles what it is given, and tells the double.
        BUFFER,
        LINGER,
        STRING,
        /// An interface, IPv4: struct ip_mreqn, told by address.
        INTERFACE,
        /// An interface, IPv6: its index.
        INTERFACE_INDEX,
        /// Whether packets may be cut on their way, the other way round.
        DONT_FRAGMENT,
        /// Who the peer is: struct ucred, which cannot be set.
        CREDENTIALS,
        /// Which process the peer is: of the same struct.
        PROCESS
    }

    private static final Map<SocketOption<?>, LinuxOption> TCP = new HashMap<>();
    private static final Map<SocketOption<?>, LinuxOption> UNIX = new HashMap<>();

    static {
        put(UNIX, StandardSocketOptions.SO_SNDBUF, SOL_SOCKET, Constants.SO_SNDBUF, Form.BUFFER);
        put(UNIX, StandardSocketOptions.SO_RCVBUF, SOL_SOCKET, Constants.SO_RCVBUF, Form.BUFFER);
        put(UNIX, StandardSocketOptions.SO_LINGER, SOL_SOCKET, Constants.SO_LINGER, Form.LINGER);
        TCP.putAll(UNIX);
        put(UNIX, ExtendedSocketOptions.SO_PEERCRED, SOL_SOCKET, Constants.SO_PEERCRED, Form.CREDENTIALS);
        put(UNIX, MoreSocketOptions.SO_PEERPID, SOL_SOCKET, Constants.SO_PEERCRED, Form.PROCESS);
        put(TCP, StandardSocketOptions.SO_KEEPALIVE, SOL_SOCKET, Constants.SO_KEEPALIVE, Form.FLAG);
        put(TCP, MoreSocketOptions.SO_OOBINLINE, SOL_SOCKET, Constants.SO_OOBINLINE, Form.FLAG);
        put(TCP, StandardSocketOptions.SO_REUSEADDR, SOL_SOCKET, Constants.SO_REUSEADDR, Form.FLAG);
        put(TCP, StandardSocketOptions.SO_REUSEPORT, SOL_SOCKET, Constants.SO_REUSEPORT, Form.FLAG);
        put(TCP, MoreSocketOptions.SO_BINDTODEVICE, SOL_SOCKET, Constants.SO_BINDTODEVICE, Form.STRING);
        put(TCP, StandardSocketOptions.IP_TOS, IPPROTO_IP, Constants.IP_TOS, Form.NUMBER);
        put(TCP, MoreSocketOptions.IP_TTL, IPPROTO_IP, Constants.IP_TTL, Form.NUMBER);
        put(TCP, StandardSocketOptions.TCP_NODELAY, IPPROTO_TCP, Constants.TCP_NODELAY, Form.FLAG);
        put(TCP, ExtendedSocketOptions.TCP_KEEPIDLE, IPPROTO_TCP, Constants.TCP_KEEPIDLE, Form.NUMBER);
        put(TCP, ExtendedSocketOptions.TCP_KEEPINTERVAL, IPPROTO_TCP, Constants.TCP_KEEPINTVL, Form.NUMBER);
        put(TCP, ExtendedSocketOptions.TCP_KEEPCOUNT, IPPROTO_TCP, Constants.TCP_KEEPCNT, Form.NUMBER);
        put(TCP, ExtendedSocketOptions.TCP_QUICKACK, IPPROTO_TCP, Constants.TCP_QUICKACK, Form.FLAG);
        put(TCP, MoreSocketOptions.TCP_USER_TIMEOUT, IPPROTO_TCP, Constants.TCP_USER_TIMEOUT, Form.NUMBER);
        put(TCP, MoreSocketOptions.TCP_CORK, IPPROTO_TCP, Constants.TCP_CORK, Form.FLAG);
        put(TCP, MoreSocketOptions.TCP_NOTSENT_LOWAT, IPPROTO_TCP, Constants.TCP_NOTSENT_LOWAT, Form.NUMBER);
    }

    private static final Map<SocketOption<?>, LinuxOption> TCP6 = new HashMap<>(TCP);

    static {
        put(TCP6, MoreSocketOptions.IPV6_V6ONLY, IPPROTO_IPV6, Constants.IPV6_V6ONLY, Form.FLAG);
        put(TCP6, StandardSocketOptions.IP_TOS, IPPROTO_IPV6, Constants.IPV6_TCLASS, Form.NUMBER);
    }

    private static void put(
            Map<SocketOption<?>, LinuxOption> to, SocketOption<?> option, int level, int name, Form form) {
        to.put(option, new LinuxOption(level, name, form, null));
    }

    private static final Map<SocketOption<?>, LinuxOption> UDP = new HashMap<>();

    static {
        put(UDP, StandardSocketOptions.SO_SNDBUF, SOL_SOCKET, Constants.SO_SNDBUF, Form.BUFFER);
        put(UDP, StandardSocketOptions.SO_RCVBUF, SOL_SOCKET, Constants.SO_RCVBUF, Form.BUFFER);
        put(UDP, StandardSocketOptions.SO_REUSEADDR, SOL_SOCKET, Constants.SO_REUSEADDR, Form.FLAG);
        put(UDP, StandardSocketOptions.SO_REUSEPORT, SOL_SOCKET, Constants.SO_REUSEPORT, Form.FLAG);
        put(UDP, StandardSocketOptions.SO_BROADCAST, SOL_SOCKET, Constants.SO_BROADCAST, Form.FLAG);
        put(UDP, MoreSocketOptions.SO_BINDTODEVICE, SOL_SOCKET, Constants.SO_BINDTODEVICE, Form.STRING);
        put(UDP, StandardSocketOptions.IP_TOS, IPPROTO_IP, Constants.IP_TOS, Form.OCTET);
        put(UDP, MoreSocketOptions.IP_TTL, IPPROTO_IP, Constants.IP_TTL, Form.NUMBER);
        put(UDP, StandardSocketOptions.IP_MULTICAST_IF, IPPROTO_IP, Constants.IP_MULTICAST_IF, Form.INTERFACE);
        put(UDP, StandardSocketOptions.IP_MULTICAST_TTL, IPPROTO_IP, Constants.IP_MULTICAST_TTL, Form.OCTET);
        put(UDP, StandardSocketOptions.IP_MULTICAST_LOOP, IPPROTO_IP, Constants.IP_MULTICAST_LOOP, Form.FLAG);
        put(UDP, ExtendedSocketOptions.IP_DONTFRAGMENT, IPPROTO_IP, Constants.IP_MTU_DISCOVER, Form.DONT_FRAGMENT);
    }

    private static final Map<SocketOption<?>, LinuxOption> UDP6 = new HashMap<>(UDP);

    static {
        put(UDP6, MoreSocketOptions.IPV6_V6ONLY, IPPROTO_IPV6, Constants.IPV6_V6ONLY, Form.FLAG);
        putBoth(StandardSocketOptions.IP_TOS, Constants.IPV6_TCLASS, Form.OCTET);
        putBoth(StandardSocketOptions.IP_MULTICAST_IF, Constants.IPV6_MULTICAST_IF, Form.INTERFACE_INDEX);
        putBoth(StandardSocketOptions.IP_MULTICAST_TTL, Constants.IPV6_MULTICAST_HOPS, Form.OCTET);
        putBoth(StandardSocketOptions.IP_MULTICAST_LOOP, Constants.IPV6_MULTICAST_LOOP, Form.FLAG);
        putBoth(ExtendedSocketOptions.IP_DONTFRAGMENT, Constants.IPV6_MTU_DISCOVER, Form.DONT_FRAGMENT);
    }

    private static void putBoth(SocketOption<?> option, int name, Form form) {
        UDP6.put(option, new LinuxOption(IPPROTO_IPV6, name, form, UDP.get(option)));
    }

    static Map<SocketOption<?>, LinuxOption> ofStreams(int domain) {
        return switch (domain) {
            case Constants.AF_INET -> TCP;
            case Constants.AF_INET6 -> TCP6;
            default -> UNIX;
        };
    }

    static Map<SocketOption<?>, LinuxOption> ofDatagrams(int domain) {
        return domain == Constants.AF_INET6 ? UDP6 : UDP;
    }

    void set(Sys sys, int fd, Object value) throws IOException {
        if (ipv4 != null) {
            ipv4.set(sys, fd, value);
        }
        try (var arena = Arena.ofConfined()) {
            var at = switch (form) {
                case FLAG -> arena.allocateFrom(JAVA_INT, (Boolean) value ? 1 : 0);
                case NUMBER, BUFFER -> arena.allocateFrom(JAVA_INT, notNegative((Integer) value));
                case OCTET -> arena.allocateFrom(JAVA_INT, octet((Integer) value));
                case INTERFACE -> IpMreqn.of((NetworkInterface) value, arena);
                case INTERFACE_INDEX -> arena.allocateFrom(JAVA_INT, ((NetworkInterface) value).getIndex());
                case DONT_FRAGMENT ->
                    arena.allocateFrom(
                            JAVA_INT, (Boolean) value ? Constants.IP_PMTUDISC_DO : Constants.IP_PMTUDISC_DONT);
                case LINGER -> linger(arena.allocate(Linger.SIZE, Integer.BYTES), (Integer) value);
                case STRING -> arena.allocateFrom((String) value);
                case CREDENTIALS, PROCESS -> throw new SocketException("the peer's credentials cannot be set");
            };
            LinuxHandle.checked(sys.setsockopt(fd, level, name, at, (int) at.byteSize()));
        }
    }

    private static int notNegative(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("option value " + value + " is negative");
        }
        return value;
    }

    private static int octet(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("option value " + value + " is not from 0 to 255");
        }
        return value;
    }

    private static MemorySegment linger(MemorySegment at, int seconds) {
        Linger.put(at, seconds);
        return at;
    }

    Object get(Sys sys, int fd) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var at = arena.allocate(32, Integer.BYTES);
            var length = arena.allocateFrom(JAVA_INT, (int) at.byteSize());
            LinuxHandle.checked(sys.getsockopt(fd, level, name, at, length));
            return switch (form) {
                case FLAG -> at.get(JAVA_INT, 0) != 0;
                case NUMBER, OCTET -> at.get(JAVA_INT, 0);
                case INTERFACE -> given(NetworkInterface.getByInetAddress(SockaddrIn.inet(address(at))));
                case INTERFACE_INDEX -> given(NetworkInterface.getByIndex(at.get(JAVA_INT, 0)));
                case DONT_FRAGMENT -> at.get(JAVA_INT, 0) == Constants.IP_PMTUDISC_DO;
                case BUFFER -> at.get(JAVA_INT, 0) / 2;
                case LINGER -> Linger.get(at);
                case STRING -> at.getString(0);
                case CREDENTIALS -> Ucred.principal(at);
                case PROCESS -> at.get(JAVA_INT, Ucred.PID);
            };
        }
    }

    private static byte[] address(MemorySegment at) {
        return at.asSlice(0, Integer.BYTES).toArray(JAVA_BYTE);
    }

    private static NetworkInterface given(@Nullable NetworkInterface found) throws IOException {
        if (found == null) {
            throw new SocketException("no interface has been set");
        }
        return found;
    }
}
