package dev.sluice.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// When this transport cannot be used, and what it says then. See the contract for native access denied.
class LinuxTransportTest {
    private static final Module WITH_ACCESS = LinuxTransport.class.getModule();

    @Test
    void isAvailableHere() {
        assertThat(new LinuxTransport().unavailable()).isNull();
        assertThat(new LinuxTransport().name()).isEqualTo("linux");
    }

    @ParameterizedTest
    @CsvSource({"Mac OS X, aarch64", "Windows 11, amd64", "Linux, riscv64", "Linux, x86", "FreeBSD, amd64"})
    void otherSystemsAreToldWhich(String os, String arch) {
        assertThat(LinuxTransport.unavailable(os, arch, WITH_ACCESS))
                .startsWith("[X-105]")
                .contains(os + " on " + arch);
    }

    @ParameterizedTest
    @CsvSource({"Linux, amd64", "Linux, aarch64"})
    void knownSystemsAreAvailable(String os, String arch) {
        assertThat(LinuxTransport.unavailable(os, arch, WITH_ACCESS)).isNull();
    }

    @Test
    void missingNativeAccessIsToldWithTheFlag() {
        var other = ModuleLayer.boot().modules().stream()
                .filter(module -> !module.isNativeAccessEnabled())
                .findFirst();
        assertThat(other).as("a module without native access").isPresent();
        assertThat(LinuxTransport.unavailable("Linux", "amd64", other.get()))
                .startsWith("[X-104]")
                .contains("module " + other.get().getName())
                .endsWith("--enable-native-access=" + other.get().getName());
    }

    /// F27, for epoll.
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EPERM", "ENOSYS", "EACCES"})
    void aForbiddenCallIsToldWithItsNumber(Errno errno) {
        for (var call : new String[] {"epoll_create1", "eventfd", "epoll_ctl", "epoll_wait"}) {
            var sys = new ScriptedSys();
            sys.script = ScriptedSys.first(1, errno, call);
            assertThat(LinuxTransport.probe(sys))
                    .startsWith("[X-106]")
                    .contains(call + " gave", "(" + errno + ")", "seccomp");
            assertThat(sys.calls("close"))
                    .as(call)
                    .isEqualTo(call.equals("epoll_create1") ? 0 : call.equals("eventfd") ? 1 : 2);
        }
    }

    @Test
    void anotherFailureIsNotTakenForASandbox() {
        var sys = new ScriptedSys();
        sys.script = ScriptedSys.first(1, Errno.ENOMEM, "epoll_create1");
        assertThat(LinuxTransport.probe(sys)).startsWith("[X-106]").doesNotContain("seccomp");
    }

    /// Or a reactor that is opened later would be on a slower transport for good.
    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EMFILE", "ENFILE"})
    void aShortageOfDescriptorsDoesNotMakeEpollUnusable(Errno errno) {
        for (var call : new String[] {"epoll_create1", "eventfd"}) {
            var sys = new ScriptedSys();
            sys.script = ScriptedSys.first(1, errno, call);
            assertThat(LinuxTransport.probe(sys)).as(call).isNull();
        }
    }

    @Test
    void theProbeLeavesNothingOpen() {
        var sys = new ScriptedSys();
        assertThat(LinuxTransport.probe(sys)).isNull();
        assertThat(sys.calls("close")).isEqualTo(2);
    }
}
