import org.jspecify.annotations.NullMarked;

/// Sockets in plain blocking style, for virtual threads.
@NullMarked
module dev.sluice.sockets {
    requires static org.jspecify;
    requires transitive dev.sluice.reactor;
    requires jdk.net;

    exports dev.sluice.sockets;
}
