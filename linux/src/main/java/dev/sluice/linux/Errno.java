package dev.sluice.linux;

import dev.sluice.reactor.transport.OutOfDescriptorsException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Error numbers of the kernel (errno(3), asm-generic/errno.h: the same on x86-64 and aarch64), their names and
/// words, and the JDK's exception for each.
enum Errno {
    EPERM(1, "operation not permitted"),
    ENOENT(2, "no such file or directory"),
    EINTR(4, "interrupted"),
    EIO(5, "input/output error"),
    EBADF(9, "bad file descriptor"),
    EAGAIN(11, "would block"),
    ENOMEM(12, "out of memory"),
    EACCES(13, "permission denied"),
    EFAULT(14, "bad address"),
    ENODEV(19, "no such device"),
    EINVAL(22, "invalid argument"),
    ENFILE(23, "too many open files in the system"),
    EMFILE(24, "too many open files in the process"),
    ENOSPC(28, "no room, as fs.epoll.max_user_watches says"),
    EPIPE(32, "broken pipe"),
    ENOSYS(38, "the kernel does not have this call"),
    EPROTO(71, "protocol error"),
    EMSGSIZE(90, "message too long"),
    ENOPROTOOPT(92, "protocol has no such option"),
    EOPNOTSUPP(95, "operation not supported"),
    EAFNOSUPPORT(97, "address family not supported"),
    EADDRINUSE(98, "address already in use"),
    EADDRNOTAVAIL(99, "cannot assign requested address"),
    ENETDOWN(100, "network is down"),
    ENETUNREACH(101, "network is unreachable"),
    ECONNABORTED(103, "connection aborted"),
    ECONNRESET(104, "connection reset by peer"),
    ENOBUFS(105, "no buffer space available"),
    EISCONN(106, "already connected"),
    ENOTCONN(107, "not connected"),
    ETIMEDOUT(110, "timed out"),
    ECONNREFUSED(111, "connection refused"),
    EHOSTDOWN(112, "host is down"),
    EHOSTUNREACH(113, "no route to host"),
    EALREADY(114, "already in progress"),
    EINPROGRESS(115, "in progress");

    final int number;
    private final String words;

    Errno(int number, String words) {
        this.number = number;
        this.words = words;
    }

    /// Whether the result of a call is this error.
    boolean is(long result) {
        return result == -number;
    }

    /// The exception for a failed call, told in the kernel's words; `result` is the negative error number.
    static IOException exception(long result) {
        for (var errno : values()) {
            if (errno.is(result)) {
                return errno.exception();
            }
        }
        return new SocketException("errno " + -result);
    }

    /// The exception for a connection attempt that has failed: what else is a socket's error is a connection's
    /// here.
    static IOException ofConnect(long result) {
        return ETIMEDOUT.is(result) || ECONNRESET.is(result) || EADDRNOTAVAIL.is(result)
                ? new ConnectException(exception(result).getMessage() + (EADDRNOTAVAIL.is(result) ? portHint() : ""))
                : exception(result);
    }

    /// The exception for a failed call on a datagram socket: a refusal is of the port, and a permission that is
    /// missing is not one to bind.
    static IOException ofDatagram(long result) {
        if (ECONNREFUSED.is(result)) {
            return new PortUnreachableException(exception(result).getMessage());
        }
        return EACCES.is(result) || EADDRNOTAVAIL.is(result) || EADDRINUSE.is(result)
                ? new SocketException(exception(result).getMessage())
                : exception(result);
    }

    private static String portHint() {
        try {
            String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
            return " [X-205] no free client port (range " + range.strip().replaceAll("\\s+", "-")
                    + "). Spread source addresses or reuse connections";
        } catch (IOException _) {
            return ""; // no /proc: the message does without
        }
    }

    private IOException exception() {
        String text = words + " (" + name() + ")";
        return switch (this) {
            case ECONNREFUSED -> new ConnectException(text);
            case EADDRINUSE, EADDRNOTAVAIL, EACCES -> new BindException(text);
            case ENETUNREACH, EHOSTUNREACH, EHOSTDOWN -> new NoRouteToHostException(text);
            case EMFILE, ENFILE -> new OutOfDescriptorsException(text);
            default -> new SocketException(text);
        };
    }
}
