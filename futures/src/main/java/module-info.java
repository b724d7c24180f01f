import org.jspecify.annotations.NullMarked;

/// Lazy futures that are polled, and sockets for them.
@NullMarked
module dev.sluice.futures {
    requires static org.jspecify;
    requires transitive dev.sluice.reactor;
    requires transitive jdk.net;

    exports dev.sluice.futures;
    exports dev.sluice.futures.codec;
    exports dev.sluice.futures.testkit;
}
