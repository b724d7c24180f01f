package dev.sluice.reactor;

import dev.sluice.bytes.ByteString;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The address of a Unix-domain socket that is a name in place of a path, unix(7) "abstract": no file is made, and
/// the name is free again when its socket is closed. Only the `linux` transport has them.
///
/// Nobody owns such a name: whoever is in the same network namespace may connect to it, or be there first. Ask who
/// the peer is (`SO_PEERCRED`) where that matters.
public final class UnixName extends SocketAddress {
    /// What the system has room for, `sun_path` without the zero byte that leads.
    public static final int MOST_BYTES = 107;

    private static final long serialVersionUID = 1;

    private final byte[] name;

    private UnixName(byte[] name) {
        if (name.length > MOST_BYTES) {
            throw new IllegalArgumentException("Unix socket name of " + name.length + " bytes is longer than "
                    + MOST_BYTES + ", which is all the system has room for");
        }
        this.name = name;
    }

    /// A name, in UTF-8.
    ///
    /// @throws IllegalArgumentException if it has more than [#MOST_BYTES]
    public static UnixName of(String name) {
        return new UnixName(name.getBytes(StandardCharsets.UTF_8));
    }

    /// A name of any bytes, without the zero byte that leads.
    ///
    /// @throws IllegalArgumentException if it has more than [#MOST_BYTES]
    public static UnixName of(ByteString name) {
        return new UnixName(name.toByteArray());
    }

    /// The name, without the zero byte that leads.
    public ByteString bytes() {
        return ByteString.copyOf(name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnixName unix && Arrays.equals(name, unix.name);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name);
    }

    /// `@name`, as ss(8) writes it.
    @Override
    public String toString() {
        return "@" + new String(name, StandardCharsets.UTF_8).replace('\0', '@');
    }
}
