package dev.sluice.futures;

import dev.sluice.reactor.Connect;
import dev.sluice.reactor.StreamSocket;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A connection being made, from the first poll on.
final class Connecting<S> implements PollFuture<S> {
    private final Supplier<Connect> begin;
    private final Function<StreamSocket, S> made;
    private @Nullable Connect connect;
    private boolean over;

    Connecting(Supplier<Connect> begin, Function<StreamSocket, S> made) {
        this.begin = begin;
        this.made = made;
    }

    @Override
    public Poll<S> poll(Context cx) throws IOException {
        if (over) {
            throw new IllegalStateException("connect polled after it was done");
        }
        var going = connect != null ? connect : begin.get();
        connect = going;
        if (!going.done().isReady() && cx.await(going.done(), going.loop())) {
            return Poll.pending();
        }
        over = true;
        var socket = going.result();
        if (socket == null) {
            throw new AssertionError(going + " is done without a result");
        }
        return Poll.ready(made.apply(socket));
    }

    @Override
    public void abandon() {
        if (!over && connect != null) {
            connect.abandon();
        }
        over = true;
    }
}
