package dev.sluice.linux;

import dev.sluice.reactor.transport.OutOfDescriptorsException;
import dev.sluice.reactor.transport.Poller;
import dev.sluice.reactor.transport.Transport;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The transport on Linux's epoll: one instance per loop, edge-triggered.
public final class LinuxTransport implements Transport {
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
            return "[X-105] the linux transport knows Linux on x86-64 and aarch64, not " + os + " on " + arch
                    + "; the nio transport runs everywhere";
        }
        if (!module.isNativeAccessEnabled()) {
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            return "[X-104] native access is not enabled for module " + name + ". Add --enable-native-access=" + name;
        }
        try {
            return probe(Sys.libc());
        } catch (LinkageError e) { // no linker in this JVM, or a C library without one of the calls
            var why = e.getCause() != null ? e.getCause() : e;
            return "[X-105] this JVM cannot call the C library: " + why
                    + ". The linux transport needs a JDK with a native linker and a libc with the calls of Linux";
        }
    }

    /// Makes a whole poller and uses it once, as a sandbox may forbid any of its calls. A shortage of descriptors says
    /// nothing of epoll: whoever opens a poller is told of it.
    static @Nullable String probe(Sys sys) {
        try (var poller = new EpollPoller(sys)) {
            poller.select(0);
            return null;
        } catch (IOException e) {
            if (e.getCause() instanceof OutOfDescriptorsException) {
                return null;
            }
            String why = "[X-106] epoll is not usable: " + e.getMessage();
            return Stream.of(Errno.EPERM, Errno.ENOSYS, Errno.EACCES).anyMatch(errno -> why.endsWith("(" + errno + ")"))
                    ? why + ". It looks like a seccomp profile: allow epoll_create1, epoll_ctl, epoll_wait and eventfd2"
                    : why;
        }
    }

    @Override
    public boolean hasUnixNames() {
        return true;
    }

    @Override
    public Poller openPoller() throws IOException {
        return new EpollPoller(Sys.libc());
    }
}
