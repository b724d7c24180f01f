import dev.sluice.linux.LinuxTransport;
import org.jspecify.annotations.NullMarked;

/// The transport on Linux's epoll, through `java.lang.foreign`. The only module that needs native access.
@NullMarked
module dev.sluice.linux {
    requires static org.jspecify;
    requires dev.sluice.reactor;
    requires jdk.net;

    provides dev.sluice.reactor.transport.Transport with
            LinuxTransport;
}
