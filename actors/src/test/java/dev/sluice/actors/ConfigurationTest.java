package dev.sluice.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong around an actor system is said when the first extension starts.
@Timeout(60)
class ConfigurationTest {
    /// As of jars that were merged, of whose reference.conf files one was kept: Pekko's.
    private static final class Merged extends ClassLoader {
        Merged(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            var found = Collections.list(super.getResources(name));
            found.removeIf(
                    url -> name.equals("reference.conf") && !url.toString().contains("pekko-actor"));
            return Collections.enumeration(found);
        }
    }

    @Test
    void aConfigurationWithoutTheSectionSaysWhereItIs() {
        var merged = new Merged(getClass().getClassLoader());
        var system = ActorSystem.create("bare", ConfigFactory.load(merged), merged);
        try {
            assertThatExceptionOfType(ConfigurationException.class)
                    .isThrownBy(() -> Tcp.get(system))
                    .withMessageContaining("no section sluice.io")
                    .withMessageContaining("merge the reference.conf files");
        } finally {
            var _ = system.terminate();
            var _ = system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.7.0", "1.7.9", "1.8.0-M1", "1.12.0"})
    void aPekkoThatIsAsNewWillDo(String running) {
        assertThatCode(() -> PekkoVersions.check(running, "1.7.0")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.6.4", "1.0.3", "2.0.0"})
    void aPekkoThatDoesNotFitIsRefusedWithWhatToDo(String running) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> PekkoVersions.check(running, "1.7.0"))
                .withMessageContaining("compiled against Pekko 1.7.0 and finds Pekko " + running)
                .withMessageContaining("ask for 1.7.0 or a later 1.x");
    }

    @Test
    void theVersionThatThisWasCompiledAgainstIsKnown() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> PekkoVersions.check("0.0.1"))
                .satisfies(e -> assertThat(e.getMessage()).containsPattern("compiled against Pekko \\d+\\.\\d+"));
    }
}
