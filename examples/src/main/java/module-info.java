import org.jspecify.annotations.NullMarked;

/// Programs as users would write them.
@NullMarked
module dev.sluice.examples {
    requires static org.jspecify;
    requires dev.sluice.sockets;
}
