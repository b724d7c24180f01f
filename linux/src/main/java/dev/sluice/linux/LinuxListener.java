package dev.sluice.linux;

import dev.sluice.reactor.transport.ListenHandle;
import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.StreamHandle;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.ProtocolFamily;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/// A listening socket.
final class LinuxListener extends LinuxHandle implements ListenHandle {
    static {
        // What tells of a shortage is loaded before there is one, for reading a class may take a descriptor.
        var _ = Errno.exception(-Errno.EMFILE.number) + Rlimit.openFiles(Sys.libc());
    }

    /// Where accept4 puts the peer's address; belongs to whoever accepts, one at a time.
    private final SockaddrStorage peer = new SockaddrStorage(Arena.ofAuto());

    private LinuxListener(EpollPoller poller, int fd, int domain) {
        super(poller, fd, domain);
    }

    static LinuxListener open(EpollPoller poller, ProtocolFamily family) throws IOException {
        int domain = domainOf(family);
        var listener = new LinuxListener(poller, openSocket(poller.sys, domain, Constants.SOCK_STREAM), domain);
        try {
            if (domain != Constants.AF_UNIX) {
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.setOption(StandardSocketOptions.TCP_NODELAY, true); // for those that it accepts
            }
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    @Override
    public void listen(int backlog) throws IOException {
        checked(sys.listen(fd, backlog));
    }

    @Override
    public @Nullable StreamHandle accept(Poller home) throws IOException {
        var poller = (EpollPoller) home;
        while (true) {
            peer.clear();
            int fd = sys.accept4(this.fd, peer.address, peer.length, Constants.SOCK_NONBLOCK | Constants.SOCK_CLOEXEC);
            if (fd >= 0) {
                return LinuxStream.accepted(poller, fd, domain, peer.get());
            }
            if (Errno.EAGAIN.is(fd)) {
                return null;
            }
            if (Errno.EMFILE.is(fd) || Errno.ENFILE.is(fd)) {
                throw new OutOfDescriptorsException(Errno.exception(fd).getMessage() + ", " + Rlimit.openFiles(sys));
            }
            if (!isOfOneConnection(fd)) {
                throw Errno.exception(fd);
            }
        }
    }

    /// Errors of the connection that would have been accepted, accept(2): the next one may be fine.
    private static boolean isOfOneConnection(int result) {
        return Errno.EINTR.is(result)
                || Errno.ECONNABORTED.is(result)
                || Errno.EPROTO.is(result)
                || Errno.ENETDOWN.is(result)
                || Errno.ENOPROTOOPT.is(result)
                || Errno.EHOSTDOWN.is(result)
                || Errno.EHOSTUNREACH.is(result)
                || Errno.EOPNOTSUPP.is(result)
                || Errno.ENETUNREACH.is(result)
                || Errno.ETIMEDOUT.is(result);
    }
}
