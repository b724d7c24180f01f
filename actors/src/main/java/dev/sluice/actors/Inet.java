package dev.sluice.actors;

import dev.sluice.reactor.DatagramSocket;
import dev.sluice.reactor.MoreSocketOptions;
import dev.sluice.reactor.Options;
import dev.sluice.reactor.Reactor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// What TCP and UDP have in common: socket options.
public final class Inet {
    private Inet() {}

    /// An option of a socket, with its value. See [TcpSO], [UdpSO]; any other option of the system can be given
    /// by its name.
    ///
    /// @param name one of [StandardSocketOptions], [jdk.net.ExtendedSocketOptions] or
    ///     [dev.sluice.reactor.MoreSocketOptions]
    public record SocketOption(java.net.SocketOption<?> name, Object value) {
        /// Checks that the value is of the option's type.
        public SocketOption {
            Objects.requireNonNull(name);
            if (!name.type().isInstance(value)) {
                throw new IllegalArgumentException(
                        name.name() + " needs a value of " + name.type().getName() + ", not " + value);
            }
        }
    }

    /// Of a listener, those that must be set before it is bound, and that connections inherit from it.
    private static final Set<java.net.SocketOption<?>> BEFORE_BIND = Set.of(
            StandardSocketOptions.SO_RCVBUF,
            StandardSocketOptions.SO_REUSEADDR,
            StandardSocketOptions.SO_REUSEPORT,
            MoreSocketOptions.SO_BINDTODEVICE,
            MoreSocketOptions.IPV6_V6ONLY);

    /// The name of what [UdpSO#join] gives, which is done once a socket is bound.
    static final java.net.SocketOption<Group> JOIN = new java.net.SocketOption<>() {
        @Override
        public String name() {
            return "IP_ADD_MEMBERSHIP";
        }

        @Override
        public Class<Group> type() {
            return Group.class;
        }
    };

    /// A multicast group to join on an interface.
    ///
    /// @param source whose datagrams alone are wanted; null for anybody's
    record Group(
            InetAddress group,
            NetworkInterface on,
            @Nullable InetAddress source) {
        Group {
            Objects.requireNonNull(group);
            Objects.requireNonNull(on);
        }

        void joinedBy(DatagramSocket socket) throws IOException {
            if (source == null) {
                socket.join(group, on);
            } else {
                socket.join(group, on, source);
            }
        }
    }

    /// A datagram socket on the calling loop: its options set, then bound, then its groups joined.
    static DatagramSocket datagram(Reactor reactor, @Nullable InetSocketAddress local, List<SocketOption> options)
            throws IOException {
        var socket = reactor.datagram(
                local, all(options.stream().filter(it -> it.name() != JOIN).toList()));
        try {
            for (var option : options) {
                if (option.value() instanceof Group group) {
                    group.joinedBy(socket);
                }
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    static <T> List<T> list(Iterable<T> items) {
        return StreamSupport.stream(items.spliterator(), false).toList();
    }

    static Options all(List<SocketOption> options) {
        var all = Options.none();
        for (var option : options) {
            all = with(all, option.name(), option.value());
        }
        return all;
    }

    static Options ofListener(List<SocketOption> options) {
        return all(
                options.stream().filter(it -> BEFORE_BIND.contains(it.name())).toList());
    }

    static Options ofAccepted(List<SocketOption> options) {
        return all(
                options.stream().filter(it -> !BEFORE_BIND.contains(it.name())).toList());
    }

    private static <T> Options with(Options options, java.net.SocketOption<T> name, Object value) {
        return options.with(name, name.type().cast(value));
    }
}
