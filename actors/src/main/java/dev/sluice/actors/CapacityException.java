package dev.sluice.actors;

import java.io.IOException;

/// There are as many sockets open as `max-channels` allows.
public final class CapacityException extends IOException {
    private static final long serialVersionUID = 1;

    CapacityException(int most) {
        this("connections and listeners", "sluice.io.tcp.max-channels", most);
    }

    CapacityException(String what, String key, int most) {
        super("as many " + what + " are open as " + key + " allows, " + most);
    }
}
