package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystems;
import jdk.net.UnixDomainPrincipal;

/// Who the peer of a Unix-domain socket was when the connection was made, unix(7):
///
/// ```c
/// struct ucred {
///     pid_t pid;
///     uid_t uid;
///     gid_t gid;
/// };
/// ```
final class Ucred {
    static final int SIZE = 12;
    static final int PID = 0;
    static final int UID = 4;
    static final int GID = 8;

    private Ucred() {}

    /// The principals' names are numbers; they are equal to those that have the names of the system's users.
    static UnixDomainPrincipal principal(MemorySegment at) throws IOException {
        var principals = FileSystems.getDefault().getUserPrincipalLookupService();
        return new UnixDomainPrincipal(
                principals.lookupPrincipalByName(Integer.toUnsignedString(at.get(JAVA_INT, UID))),
                principals.lookupPrincipalByGroupName(Integer.toUnsignedString(at.get(JAVA_INT, GID))));
    }
}
