package dev.sluice.linux;

import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The transport on Linux's epoll: one instance per loop, edge-triggered, each socket registered once.
public final class LinuxTransport implements Transport {
    private static final String INSTEAD = " Using java.nio, which is slower.";

    /// Called by [java.util.ServiceLoader].
    public LinuxTransport() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public @Nullable String unavailable() {
        return unavailable(
                System.getProperty("os.name"), System.getProperty("os.arch"), LinuxTransport.class.getModule());
    }

    static @Nullable String unavailable(String os, String arch, Module module) {
        if (!os.equals("Linux") || !(arch.equals("amd64") || arch.equals("aarch64"))) {
            return "[X-105] the linux transport knows Linux on x86-64 and aarch64, not " + os + " on " + arch + "."
                    + INSTEAD;
        }
        if (!module.isNativeAccessEnabled()) {
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            return "[X-104] native access is not enabled for module " + name + "." + INSTEAD
                    + " Add --enable-native-access=" + name;
        }
        return probe(Sys.libc());
    }

    /// Tries the first call that a sandbox may forbid.
    static @Nullable String probe(Sys sys) {
        int epoll = sys.epollCreate1(Constants.EPOLL_CLOEXEC);
        if (epoll >= 0) {
            sys.close(epoll);
            return null;
        }
        String why = "[X-103] epoll is not usable: epoll_create1 gave "
                + Errno.exception(epoll).getMessage() + ".";
        return Errno.EPERM.is(epoll) || Errno.ENOSYS.is(epoll) || Errno.EACCES.is(epoll)
                ? why + INSTEAD + " It looks like a seccomp profile that forbids it: allow epoll_create1, epoll_ctl and"
                        + " epoll_wait"
                : why + INSTEAD;
    }

    @Override
    public Poller openPoller() throws IOException {
        return new EpollPoller(Sys.libc());
    }
}
