package dev.sluice.linux;

/// One message among several, recvmmsg(2):
///
/// ```c
/// struct mmsghdr {
///     struct msghdr msg_hdr;
///     unsigned int  msg_len;  // how long the message was
/// };
/// ```
final class Mmsghdr {
    static final int SIZE = 64;
    static final int MSG_HDR = 0;
    static final int MSG_LEN = 56;

    private Mmsghdr() {}
}
