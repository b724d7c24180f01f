package dev.sluice.linux;

/// What goes with a message beside its bytes, cmsg(3); the data follows:
///
/// ```c
/// struct cmsghdr {
///     size_t cmsg_len;    // data included
///     int    cmsg_level;
///     int    cmsg_type;
/// };
/// ```
final class Cmsghdr {
    static final int SIZE = 16;
    static final int CMSG_LEN = 0;
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;

    private Cmsghdr() {}
}
