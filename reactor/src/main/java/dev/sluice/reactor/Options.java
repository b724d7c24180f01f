package dev.sluice.reactor;

import dev.sluice.reactor.transport.Handle;
import java.io.IOException;
import java.net.SocketOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Socket options to be set on a socket before it is used: an immutable map from option to value.
///
/// The options are the JDK's [java.net.StandardSocketOptions] and [jdk.net.ExtendedSocketOptions], and those of
/// [MoreSocketOptions].
public final class Options {
    private static final Options NONE = new Options(Map.of());

    private final Map<SocketOption<?>, Object> values;

    private Options(Map<SocketOption<?>, Object> values) {
        this.values = values;
    }

    /// No options: all is left to the system.
    public static Options none() {
        return NONE;
    }

    /// These options and one more, which replaces an earlier value of the same option.
    public <T> Options with(SocketOption<T> option, T value) {
        var more = new LinkedHashMap<>(values);
        more.put(Objects.requireNonNull(option), option.type().cast(value));
        return new Options(more);
    }

    /// Sets all options on a handle.
    ///
    /// @throws UnsupportedOperationException if the handle does not have one of them
    void applyTo(Handle handle, Reactor reactor) throws IOException {
        for (var entry : values.entrySet()) {
            apply(entry.getKey(), entry.getValue(), handle, reactor);
        }
    }

    private static <T> void apply(SocketOption<T> option, Object value, Handle handle, Reactor reactor)
            throws IOException {
        require(option, handle.supportedOptions(), reactor);
        try {
            handle.setOption(option, option.type().cast(value));
        } catch (IOException e) {
            throw Failures.at("set " + option.name() + " to " + value, e);
        }
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /// @throws UnsupportedOperationException if one of these options is not among those that a socket has
    void require(Set<SocketOption<?>> supported, Reactor reactor) {
        for (var option : values.keySet()) {
            require(option, supported, reactor);
        }
    }

    static void require(SocketOption<?> option, Set<SocketOption<?>> supported, Reactor reactor) {
        if (!supported.contains(option)) {
            throw new UnsupportedOperationException("the " + reactor.transport().name() + " transport has no option "
                    + option.name() + " for this kind of socket");
        }
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
