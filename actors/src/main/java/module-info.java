import org.jspecify.annotations.NullMarked;

/// TCP and UDP by messages, for actors of Apache Pekko.
@NullMarked
module dev.sluice.actors {
    requires static org.jspecify;
    requires transitive dev.sluice.reactor;
    requires transitive pekko.actor;
    requires typesafe.config;
    requires scala.library;
    requires jdk.jfr;
    requires jdk.net;
    requires jdk.unsupported; // Pekko uses sun.misc.Unsafe

    exports dev.sluice.actors;
}
