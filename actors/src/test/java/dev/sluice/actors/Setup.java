package dev.sluice.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;

/// What a test runs on: a transport, and a bound of what waits to be written. The actor system of each
/// transport lives as long as the tests.
enum Setup {
    LINUX("linux", false),
    NIO("nio", false),
    LINUX_ONE_WRITE("linux", true),
    NIO_ONE_WRITE("nio", true);

    private final String transport;
    private final boolean oneWrite;

    Setup(String transport, boolean oneWrite) {
        this.transport = transport;
        this.oneWrite = oneWrite;
    }

    static List<Setup> transports() {
        return List.of(LINUX, NIO);
    }

    static List<Setup> profiles() {
        return Arrays.asList(values());
    }

    /// Whether a write is refused while another one is under way.
    boolean isOneWrite() {
        return oneWrite;
    }

    boolean isLinux() {
        return transport.equals("linux");
    }

    private static final class Linux {
        static final ActorSystem SYSTEM = LINUX.start("");
    }

    private static final class Nio {
        static final ActorSystem SYSTEM = NIO.start("");
    }

    String transport() {
        return transport;
    }

    ActorSystem system() {
        return isLinux() ? Linux.SYSTEM : Nio.SYSTEM;
    }

    /// An actor system of the test's own.
    ActorSystem start(String config, org.apache.pekko.actor.setup.Setup... setups) {
        var all = BootstrapSetup.create(configOf(config)).withClassloader(Setup.class.getClassLoader());
        return ActorSystem.create(
                "test-" + transport, ActorSystemSetup.create(setups).withSetup(all));
    }

    private Config configOf(String more) {
        return ConfigFactory.parseString(more)
                .withFallback(ConfigFactory.parseString("""
                        sluice.io { transport = %s, loops = 2 }
                        pekko { daemonic = on, loglevel = WARNING, log-dead-letters = 0 }
                        pekko.coordinated-shutdown.log-info = off
                        """.formatted(transport)))
                .withFallback(ConfigFactory.load(Setup.class.getClassLoader()));
    }

    /// The limits of connections, the write bound as in this setup.
    ConnectionSettings settings() {
        var settings = Tcp.get(system()).settings();
        return oneWrite ? settings.withWriteBytes(0) : settings;
    }
}
