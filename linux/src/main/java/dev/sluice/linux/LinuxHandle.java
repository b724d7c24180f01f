package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.reactor.transport.Handle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A socket's descriptor.
abstract sealed class LinuxHandle implements Handle permits LinuxStream, LinuxListener, LinuxDatagram {
    private static final long UNWATCHED = -1;

    final EpollPoller poller;
    final Sys sys;
    final int fd;

    /// AF_INET, AF_INET6 or AF_UNIX.
    final int domain;

    /// What events of this handle carry; see [Slots].
    volatile long token = UNWATCHED;

    private volatile @Nullable Watcher watcher;

    LinuxHandle(EpollPoller poller, int fd, int domain) {
        this.poller = poller;
        this.sys = poller.sys;
        this.fd = fd;
        this.domain = domain;
    }

    static int domainOf(ProtocolFamily family) {
        return switch (family) {
            case StandardProtocolFamily.INET -> Constants.AF_INET;
            case StandardProtocolFamily.INET6 -> Constants.AF_INET6;
            case StandardProtocolFamily.UNIX -> Constants.AF_UNIX;
            default -> throw new UnsupportedOperationException("no sockets of family " + family.name());
        };
    }

    /// An IPv6 socket also has IPv4 peers, whatever the host's default is (`net.ipv6.bindv6only`), as in the JDK.
    static int openSocket(Sys sys, int domain, int type) throws IOException {
        int fd = checked(sys.socket(domain, type | Constants.SOCK_NONBLOCK | Constants.SOCK_CLOEXEC, 0));
        if (domain == Constants.AF_INET6) {
            try (var arena = Arena.ofConfined()) {
                var off = arena.allocateFrom(JAVA_INT, 0);
                checked(sys.setsockopt(fd, Constants.IPPROTO_IPV6, Constants.IPV6_V6ONLY, off, Integer.BYTES));
            } catch (IOException e) {
                sys.close(fd);
                throw e;
            }
        }
        return fd;
    }

    @Override
    public void watch(Watcher watcher) throws IOException {
        this.watcher = watcher;
        poller.watch(this, interest());
    }

    /// What epoll tells of unasked, beside errors.
    int interest() {
        return Constants.EPOLLIN | Constants.EPOLLOUT | Constants.EPOLLRDHUP;
    }

    /// Epoll tells unasked.
    @Override
    public void arm(int events) {}

    void ready(int events) {
        var told = watcher;
        if (told != null) {
            told.ready(events);
        }
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena);
            checked(sys.bind(fd, room.address, room.put(address, domain)));
        }
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena).clear();
            checked(sys.getsockname(fd, room.address, room.length));
            return room.get();
        }
    }

    /// The options of this kind of socket.
    Map<SocketOption<?>, LinuxOption> options() {
        return LinuxOption.ofStreams(domain);
    }

    private LinuxOption known(SocketOption<?> option) {
        var known = options().get(option);
        if (known == null) {
            throw new UnsupportedOperationException(option.name());
        }
        return known;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Collections.unmodifiableSet(options().keySet());
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        known(option).set(sys, fd, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return option.type().cast(known(option).get(sys, fd));
    }

    /// Gives the result back, or throws what it stands for.
    static int checked(int result) throws IOException {
        if (result < 0) {
            throw Errno.exception(result);
        }
        return result;
    }

    /// Never tried again: the descriptor is gone, whatever the result (close(2), notes).
    @Override
    public void close() throws IOException {
        if (token != UNWATCHED) {
            poller.forget(token);
        }
        int result = sys.close(fd);
        if (!Errno.EINTR.is(result)) {
            checked(result);
        }
    }
}
