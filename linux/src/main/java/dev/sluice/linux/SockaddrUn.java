package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.sluice.bytes.ByteString;
import dev.sluice.reactor.UnixName;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;

/// The address of a Unix-domain socket, unix(7):
///
/// ```c
/// struct sockaddr_un {
///     sa_family_t sun_family;     // AF_UNIX
///     char        sun_path[108];  // a path that ends with NUL, or NUL and an abstract name as long as the address
/// };
/// ```
final class SockaddrUn {
    static final int SIZE = 110;
    static final int SUN_FAMILY = 0;
    static final int SUN_PATH = 2;

    private static final int LONGEST_PATH = SIZE - SUN_PATH - 1;

    private SockaddrUn() {}

    static int put(MemorySegment at, UnixDomainSocketAddress address) throws IOException {
        byte[] path = address.getPath().toString().getBytes(StandardCharsets.UTF_8);
        if (path.length > LONGEST_PATH) {
            throw new SocketException("Unix socket path of " + path.length + " bytes is longer than " + LONGEST_PATH
                    + ", which is all the system has room for: " + address);
        }
        at.set(JAVA_SHORT, SUN_FAMILY, (short) Constants.AF_UNIX);
        MemorySegment.copy(path, 0, at, JAVA_BYTE, SUN_PATH, path.length);
        at.set(JAVA_BYTE, SUN_PATH + path.length, (byte) 0);
        return path.length == 0 ? SUN_PATH : SUN_PATH + path.length + 1; // the system chooses a name for none
    }

    static int put(MemorySegment at, UnixName name) {
        byte[] bytes = name.bytes().toByteArray();
        at.set(JAVA_SHORT, SUN_FAMILY, (short) Constants.AF_UNIX);
        at.set(JAVA_BYTE, SUN_PATH, (byte) 0);
        MemorySegment.copy(bytes, 0, at, JAVA_BYTE, SUN_PATH + 1, bytes.length);
        return SUN_PATH + 1 + bytes.length;
    }

    /// @param length of the whole address, as the kernel gave it; an unnamed socket has no path
    static SocketAddress get(MemorySegment at, int length) {
        if (length > SUN_PATH && at.get(JAVA_BYTE, SUN_PATH) == 0) {
            return UnixName.of(ByteString.copyOf(at.asSlice(SUN_PATH + 1, length - SUN_PATH - 1)));
        }
        int end = SUN_PATH;
        while (end < length && at.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        var path = new byte[end - SUN_PATH];
        MemorySegment.copy(at, JAVA_BYTE, SUN_PATH, path, 0, path.length);
        return UnixDomainSocketAddress.of(new String(path, StandardCharsets.UTF_8));
    }
}
