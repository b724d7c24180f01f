package dev.sluice.actors;

import java.time.Duration;

/// Limits of a connection. Zero durations are no limit. Each method gives a copy with one change.
///
/// @param receiveBytes the largest [Tcp.Received]
/// @param turnBytes how much is read before other connections have a turn
/// @param writeBytes how many bytes may wait to be written, beyond the write that is under way; 0 refuses every
///     write while another one is under way, as Pekko does
/// @param registerTimeout how long a connection waits for [Tcp.Register]
/// @param idleTimeout how long nothing may be read or written
/// @param readTimeout how long nothing may be read, while reading is not suspended
/// @param writeTimeout how long the peer may take nothing, while there is something to write
/// @param closeTimeout how long closing may take: flushing, and waiting for the peer's end
public record ConnectionSettings(
        int receiveBytes,
        long turnBytes,
        long writeBytes,
        Duration registerTimeout,
        Duration idleTimeout,
        Duration readTimeout,
        Duration writeTimeout,
        Duration closeTimeout) {

    /// Checks that the sizes are positive and no time is negative.
    public ConnectionSettings {
        if (receiveBytes < 1 || turnBytes < 1) {
            throw new IllegalArgumentException(
                    "receiveBytes " + receiveBytes + " and turnBytes " + turnBytes + " must be positive");
        }
        if (writeBytes < 0) {
            throw new IllegalArgumentException("writeBytes " + writeBytes + " is negative");
        }
        for (var limit : new Duration[] {registerTimeout, idleTimeout, readTimeout, writeTimeout, closeTimeout}) {
            if (limit.isNegative()) {
                throw new IllegalArgumentException("time limit " + limit + " is negative");
            }
        }
    }

    /// Those of the section `sluice.io.tcp`.
    static ConnectionSettings of(Section tcp) {
        return new ConnectionSettings(
                tcp.bytes("direct-buffer-size"),
                tcp.limitOfBytes("max-received-message-size"),
                tcp.writeBound(),
                tcp.timeout("register-timeout"),
                tcp.timeout("idle-timeout"),
                tcp.timeout("read-timeout"),
                tcp.timeout("write-timeout"),
                tcp.timeout("close-timeout"));
    }

    /// The same, with another largest [Tcp.Received].
    public ConnectionSettings withReceiveBytes(int bytes) {
        return new ConnectionSettings(
                bytes, turnBytes, writeBytes, registerTimeout, idleTimeout, readTimeout, writeTimeout, closeTimeout);
    }

    /// The same, with another bound of what is read in one turn.
    public ConnectionSettings withTurnBytes(long bytes) {
        return new ConnectionSettings(
                receiveBytes, bytes, writeBytes, registerTimeout, idleTimeout, readTimeout, writeTimeout, closeTimeout);
    }

    /// The same, with another bound of what waits to be written.
    public ConnectionSettings withWriteBytes(long bytes) {
        return new ConnectionSettings(
                receiveBytes, turnBytes, bytes, registerTimeout, idleTimeout, readTimeout, writeTimeout, closeTimeout);
    }

    /// The same, with another time for [Tcp.Register].
    public ConnectionSettings withRegisterTimeout(Duration limit) {
        return new ConnectionSettings(
                receiveBytes, turnBytes, writeBytes, limit, idleTimeout, readTimeout, writeTimeout, closeTimeout);
    }

    /// The same, with another limit of idleness.
    public ConnectionSettings withIdleTimeout(Duration limit) {
        return new ConnectionSettings(
                receiveBytes, turnBytes, writeBytes, registerTimeout, limit, readTimeout, writeTimeout, closeTimeout);
    }

    /// The same, with another limit of silence of the peer.
    public ConnectionSettings withReadTimeout(Duration limit) {
        return new ConnectionSettings(
                receiveBytes, turnBytes, writeBytes, registerTimeout, idleTimeout, limit, writeTimeout, closeTimeout);
    }

    /// The same, with another limit for a peer that takes nothing.
    public ConnectionSettings withWriteTimeout(Duration limit) {
        return new ConnectionSettings(
                receiveBytes, turnBytes, writeBytes, registerTimeout, idleTimeout, readTimeout, limit, closeTimeout);
    }

    /// The same, with another limit for closing.
    public ConnectionSettings withCloseTimeout(Duration limit) {
        return new ConnectionSettings(
                receiveBytes, turnBytes, writeBytes, registerTimeout, idleTimeout, readTimeout, writeTimeout, limit);
    }
}
