import org.jspecify.annotations.NullMarked;

/// Immutable ropes of bytes, their builder and their reader.
@NullMarked
module dev.sluice.bytes {
    requires static org.jspecify;

    exports dev.sluice.bytes;
}
