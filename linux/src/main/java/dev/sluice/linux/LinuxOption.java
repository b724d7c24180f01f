package dev.sluice.linux;

import static dev.sluice.linux.Constants.IPPROTO_IP;
import static dev.sluice.linux.Constants.IPPROTO_IPV6;
import static dev.sluice.linux.Constants.IPPROTO_TCP;
import static dev.sluice.linux.Constants.SOL_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.reactor.MoreSocketOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/// How an option of the JDK or of [MoreSocketOptions] is told to the kernel: socket(7), tcp(7), ip(7), ipv6(7).
///
/// @param level whose option it is
/// @param name its number there
/// @param form how its value looks in memory
record LinuxOption(int level, int name, Form form) {
    enum Form {
        FLAG,
        NUMBER,
        /// A buffer size: the kernel doubles what it is given, and tells the double.
        BUFFER,
        LINGER,
        STRING
    }

    private static final Map<SocketOption<?>, LinuxOption> TCP = new HashMap<>();
    private static final Map<SocketOption<?>, LinuxOption> UNIX = new HashMap<>();

    static {
        put(UNIX, StandardSocketOptions.SO_SNDBUF, SOL_SOCKET, Constants.SO_SNDBUF, Form.BUFFER);
        put(UNIX, StandardSocketOptions.SO_RCVBUF, SOL_SOCKET, Constants.SO_RCVBUF, Form.BUFFER);
        put(UNIX, StandardSocketOptions.SO_LINGER, SOL_SOCKET, Constants.SO_LINGER, Form.LINGER);
        TCP.putAll(UNIX);
        put(TCP, StandardSocketOptions.SO_KEEPALIVE, SOL_SOCKET, Constants.SO_KEEPALIVE, Form.FLAG);
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
        to.put(option, new LinuxOption(level, name, form));
    }

    private static Map<SocketOption<?>, LinuxOption> table(int domain) {
        return switch (domain) {
            case Constants.AF_INET -> TCP;
            case Constants.AF_INET6 -> TCP6;
            default -> UNIX;
        };
    }

    static Set<SocketOption<?>> supported(int domain) {
        return Collections.unmodifiableSet(table(domain).keySet());
    }

    static LinuxOption of(SocketOption<?> option, int domain) {
        var known = table(domain).get(option);
        if (known == null) {
            throw new UnsupportedOperationException(option.name());
        }
        return known;
    }

    void set(Sys sys, int fd, Object value) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var at = switch (form) {
                case FLAG -> arena.allocateFrom(JAVA_INT, (Boolean) value ? 1 : 0);
                case NUMBER, BUFFER -> arena.allocateFrom(JAVA_INT, notNegative((Integer) value));
                case LINGER -> linger(arena.allocate(Linger.SIZE, Integer.BYTES), (Integer) value);
                case STRING -> arena.allocateFrom((String) value);
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
                case NUMBER -> at.get(JAVA_INT, 0);
                case BUFFER -> at.get(JAVA_INT, 0) / 2;
                case LINGER -> Linger.get(at);
                case STRING -> at.getString(0);
            };
        }
    }
}
