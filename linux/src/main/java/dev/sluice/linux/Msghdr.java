package dev.sluice.linux;

/// A message, recvmsg(2):
///
/// ```c
/// struct msghdr {
///     void         *msg_name;        // where from or where to
///     socklen_t     msg_namelen;
///     struct iovec *msg_iov;
///     size_t        msg_iovlen;      // how many of them
///     void         *msg_control;     // struct cmsghdr and what follows it
///     size_t        msg_controllen;
///     int           msg_flags;
/// };
/// ```
final class Msghdr {
    static final int SIZE = 56;
    static final int MSG_NAME = 0;
    static final int MSG_NAMELEN = 8;
    static final int MSG_IOV = 16;
    static final int MSG_IOVLEN = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROLLEN = 40;
    static final int MSG_FLAGS = 48;

    private Msghdr() {}
}
