package dev.sluice.futures;

/// The one place where null stands for a value: that of [Void].
final class Nothing {
    static final Poll<Void> DONE = new Poll.Ready<>(value());

    private Nothing() {}

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // Void has no other value
    static Void value() {
        return null;
    }
}
