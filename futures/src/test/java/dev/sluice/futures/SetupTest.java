package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SetupTest {
    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"})
    void onLinuxBothTransportsAreTested() {
        assertThat(Setup.all().map(Setup::transport)).containsExactly("linux", "nio");
    }
}
