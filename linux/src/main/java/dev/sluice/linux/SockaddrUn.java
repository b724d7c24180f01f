package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;

/// The address of a Unix-domain socket, unix(7):
///
/// ```c
/// struct sockaddr_un {
///     sa_family_t sun_family;     // AF_UNIX
///     char        sun_path[108];  // a path that ends with NUL
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
        return SUN_PATH + path.length + 1;
    }

    /// @param length of the whole address, as the kernel gave it; an unnamed socket has no path
    static UnixDomainSocketAddress get(MemorySegment at, int length) {
        int end = SUN_PATH;
        while (end < length && at.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        var path = new byte[end - SUN_PATH];
        MemorySegment.copy(at, JAVA_BYTE, SUN_PATH, path, 0, path.length);
        return UnixDomainSocketAddress.of(new String(path, StandardCharsets.UTF_8));
    }
}
