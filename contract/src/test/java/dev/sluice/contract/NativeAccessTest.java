package dev.sluice.contract;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.sluice.reactor.Reactor;
import dev.sluice.testing.Child;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// F66: which transport a JVM of its own chooses, and what it says of the one it does not.
class NativeAccessTest {
    /// What the child runs.
    static final class WhichTransport {
        private WhichTransport() {}

        @SuppressWarnings("unused")
        public static void main(String[] arguments) throws Exception {
            try (var reactor =
                    Reactor.builder().loops(1).blockedAfter(Duration.ZERO).open()) {
                System.out.println("chosen " + reactor.transport().name());
            }
            try {
                Reactor.builder().transport("linux");
                System.out.println("linux is available");
            } catch (UnsupportedOperationException e) {
                System.out.println("refused " + e.getMessage());
            }
        }
    }

    private static List<String> choose(String... jvmArguments) throws Exception {
        try (var child = new Child(List.of(), List.of(jvmArguments), WhichTransport.class)) {
            return child.toItsEnd();
        }
    }

    private static final String WHY =
            "[X-104] native access is not enabled for module ALL-UNNAMED. Add --enable-native-access=ALL-UNNAMED";
    private static final String INSTEAD = " (using nio, which is slower)";

    @ParameterizedTest
    @ValueSource(strings = {"allow", "warn", "deny"})
    void withoutNativeAccessNioIsChosenAndTheFlagNamedOnce(String otherwise) throws Exception {
        var said = choose("--illegal-native-access=" + otherwise);
        assertThat(said).contains("chosen nio", "refused " + WHY, "INFO: " + WHY + INSTEAD);
        assertThat(said).filteredOn(line -> line.startsWith("INFO: ")).hasSize(1);
        assertThat(said).noneMatch(line -> line.contains("WARNING"));
    }

    /// A JVM that only interprets has no native linker; the JDK's own switch makes this one such.
    @Test
    void withoutANativeLinkerNioIsChosenAndTheReasonTold() throws Exception {
        if (Setup.all().noneMatch(Setup::tellsPeerClosed)) {
            System.out.println("SKIPPED without a native linker: this is no Linux that the transport knows");
            return;
        }
        var said = choose("--enable-native-access=ALL-UNNAMED", "-Djdk.internal.foreign.CABI=UNSUPPORTED");
        assertThat(said).contains("chosen nio");
        assertThat(said)
                .filteredOn(line -> line.startsWith("INFO: [X-105] "))
                .singleElement(as(STRING))
                .contains("UnsupportedOperationException", "linker")
                .endsWith(INSTEAD);
        assertThat(said).anyMatch(line -> line.startsWith("refused [X-105] ") && !line.contains("using nio"));
    }

    @Test
    void withNativeAccessNothingIsSaid() throws Exception {
        if (Setup.all().noneMatch(Setup::tellsPeerClosed)) {
            System.out.println("SKIPPED native access allowed: this is no Linux that the transport knows");
            return;
        }
        assertThat(choose("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"))
                .containsExactly("chosen linux", "linux is available");
    }
}
