package dev.sluice.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.sluice.reactor.Datagrams;
import dev.sluice.reactor.Peer;
import dev.sluice.reactor.transport.DatagramHandle;
import dev.sluice.reactor.transport.Watcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A UDP socket. Bytes go straight between the kernel and the user's memory, direct or heap.
///
/// Every datagram that comes or leaves is an edge: it would cost the kernel a look at epoll, and wake a sleeping
/// loop. So epoll knows the socket only when somebody waits; it tells of datagrams until it has told in vain. A thread
/// that is busy sending or receiving is not slowed down by a loop that has nobody to wake.
final class LinuxDatagram extends LinuxHandle implements DatagramHandle {
    /// SK_MEMINFO_DROPS, sock_diag(7): the ninth number of SO_MEMINFO.
    private static final int DROPS = 8;

    private final MemorySegment receiveErrno;
    private final MemorySegment sendErrno;
    private final DirectAddress receiveAddress = new DirectAddress();
    private final DirectAddress sendAddress = new DirectAddress();
    private final HeapMemory receiveMemory = new HeapMemory();
    private final HeapMemory sendMemory = new HeapMemory();

    /// What epoll tells of now, beside errors; 0 while it does not know this socket. Written under this object's
    /// monitor.
    private volatile int interest;

    /// Told and not asked for since.
    private volatile int unused;

    /// Where the kernel puts the sender's address, and finds the receiver's.
    private final SockaddrStorage sender;

    private final SockaddrStorage target;

    /// What a run may have: the kernel's UDP_MAX_SEGMENTS, of old, and the largest packet without the headers of
    /// IPv6 and UDP.
    private static final int MOST_SEGMENTS = 64;

    private static final int MOST_BYTES = 65_487;

    private static final int LONGEST = 65_535;

    /// Made when the first batch is received or sent.
    private @Nullable Messages receiving;

    private @Nullable Messages sending;

    /// How long segments may be for the kernel to cut a run into them; belongs to whoever sends.
    private int longestSegment;

    /// Whether the kernel has been asked to merge datagrams, and does. All below belong to whoever receives.
    private boolean asked;

    private boolean merges;

    /// What was received to be given out one by one, since the kernel merges; the first ones have been taken.
    private @Nullable Datagrams held;

    private int taken;

    /// Why the kernel does not cut or merge, as far as is known.
    private volatile @Nullable String unsegmented;

    private LinuxDatagram(EpollPoller poller, int fd, int domain) {
        super(poller, fd, domain);
        receiveErrno = poller.callStates.take();
        sendErrno = poller.callStates.take();
        var arena = Arena.ofAuto();
        sender = new SockaddrStorage(arena);
        target = new SockaddrStorage(arena);
    }

    static LinuxDatagram open(EpollPoller poller, ProtocolFamily family) throws IOException {
        int domain = domainOf(family);
        var datagram = new LinuxDatagram(poller, openSocket(poller.sys, domain, Constants.SOCK_DGRAM), domain);
        datagram.receiveOwnGroupsOnly();
        return datagram;
    }

    /// Without this a socket receives what goes to the groups that any other has joined. Old kernels lack it for
    /// IPv6.
    private void receiveOwnGroupsOnly() {
        try (var arena = Arena.ofConfined()) {
            var off = arena.allocateFrom(JAVA_INT, 0);
            sys.setsockopt(fd, Constants.IPPROTO_IP, Constants.IP_MULTICAST_ALL, off, Integer.BYTES);
            if (domain == Constants.AF_INET6) {
                sys.setsockopt(fd, Constants.IPPROTO_IPV6, Constants.IPV6_MULTICAST_ALL, off, Integer.BYTES);
            }
        }
    }

    @Override
    Map<SocketOption<?>, LinuxOption> options() {
        return LinuxOption.ofDatagrams(domain);
    }

    @Override
    int interest() {
        return interest;
    }

    @Override
    public void arm(int events) {
        unused = 0;
        int wanted = epollEvents(events);
        if ((interest & wanted) != wanted) {
            watchFor(wanted, 0);
        }
    }

    /// What nobody wants is taken back before it is told: whoever waits by then is told just now, and whoever waits
    /// later asks again.
    @Override
    void ready(int events) {
        int told = events & (Watcher.READ | Watcher.WRITE);
        int unwanted = told & (unused | Watcher.WRITE);
        if (unwanted != 0) {
            watchFor(0, epollEvents(unwanted));
        }
        unused = told;
        super.ready(events);
    }

    private synchronized void watchFor(int more, int less) {
        int wanted = (interest | more) & ~less;
        if (wanted != interest) {
            try {
                poller.watchFor(this, interest, wanted);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            interest = wanted;
        }
    }

    private static int epollEvents(int events) {
        return ((events & Watcher.READ) != 0 ? Constants.EPOLLIN : 0)
                | ((events & Watcher.WRITE) != 0 ? Constants.EPOLLOUT : 0);
    }

    @Override
    public void connect(SocketAddress remote) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena);
            int result = sys.connect(fd, room.address, room.put(remote, domain));
            if (result < 0) {
                throw Errno.ofDatagram(result);
            }
            dropWhatHasCome(room);
            taken = held == null ? 0 : held.size();
        }
    }

    /// A refusal of the peer before this one is dropped like a datagram of it.
    private void dropWhatHasCome(SockaddrStorage room) {
        int n;
        do {
            n = sys.recv(fd, room.address, 0, 0, receiveErrno);
        } while (!Errno.EAGAIN.is(n));
    }

    /// A port that the system chose goes with the connection, and is bound again.
    @Override
    public void disconnect() throws IOException {
        var before = localAddress();
        try (var arena = Arena.ofConfined()) {
            var room = new SockaddrStorage(arena);
            int result = sys.connect(fd, room.address, room.putUnspecified());
            if (result < 0) {
                throw Errno.ofDatagram(result);
            }
        }
        if (((InetSocketAddress) localAddress()).getPort() == 0) {
            bind(before);
        }
    }

    @Override
    public int receive(ByteBuffer dst, @Nullable Peer from) throws IOException {
        return merges ? receiveHeld(dst, from, 1) : receive(dst, from, 0);
    }

    @Override
    public int peek(ByteBuffer dst, @Nullable Peer from) throws IOException {
        return merges ? receiveHeld(dst, from, 0) : receive(dst, from, Constants.MSG_PEEK);
    }

    private int receive(ByteBuffer dst, @Nullable Peer from, int flags) throws IOException {
        int room = dst.remaining();
        int n;
        do {
            n = tryReceive(dst, room, flags | Constants.MSG_TRUNC);
        } while (Errno.EINTR.is(n));
        if (n < 0) {
            return wouldBlock(n);
        }
        dst.position(dst.position() + Math.min(n, room));
        if (from != null) {
            SockaddrStorage.get(sender.address, 0, from, domain);
        }
        return n;
    }

    private int tryReceive(ByteBuffer dst, int room, int flags) {
        sender.clear();
        long from = sender.address.address();
        long length = sender.length.address();
        return dst.isDirect()
                ? sys.recvfrom(fd, receiveAddress.of(dst), room, flags, from, length, receiveErrno)
                : sys.recvfrom(fd, receiveMemory.of(dst), room, flags, from, length, receiveErrno);
    }

    @Override
    public int send(ByteBuffer src, @Nullable Peer to) throws IOException {
        long address = to == null ? 0 : target.address.address();
        int size = to == null ? 0 : SockaddrStorage.put(target.address, 0, to, domain);
        int length = src.remaining();
        int n;
        do {
            n = src.isDirect()
                    ? sys.sendto(fd, sendAddress.of(src), length, Constants.MSG_NOSIGNAL, address, size, sendErrno)
                    : sys.sendto(fd, sendMemory.of(src), length, Constants.MSG_NOSIGNAL, address, size, sendErrno);
        } while (Errno.EINTR.is(n));
        if (n < 0) {
            return wouldBlock(n);
        }
        src.position(src.limit());
        return n;
    }

    @Override
    public int receive(Datagrams into) throws IOException {
        boolean large = into.slotBytes() >= Datagrams.RUN_BYTES;
        if (large && !asked) {
            askToMerge();
        }
        if (!merges || (large && !holds())) {
            return receiveMessages(into, into.slots());
        }
        var held = held();
        if (held == null) {
            return WOULD_BLOCK;
        }
        for (int slot = 0; slot < into.slots() && taken < held.size(); slot++, taken++) {
            into.slot(slot).put(cut(held.bytes(taken), into.slotBytes()));
            into.received(slot, held.length(taken), 0).set(held.peer(taken));
        }
        return into.size();
    }

    /// From now on the kernel gives several datagrams as one, with the size of each beside.
    private void askToMerge() {
        asked = true;
        try (var arena = Arena.ofConfined()) {
            var on = arena.allocateFrom(JAVA_INT, 1);
            int result = sys.setsockopt(fd, Constants.SOL_UDP, Constants.UDP_GRO, on, Integer.BYTES);
            merges = result >= 0;
            if (!merges) {
                unsegmented = "UDP_GRO: " + Errno.exception(result).getMessage();
            }
        }
    }

    private int receiveMessages(Datagrams into, int most) throws IOException {
        var messages = receiving;
        if (messages == null) {
            messages = new Messages(Arena.ofAuto(), domain);
            receiving = messages;
        }
        int count = Math.min(most, Messages.MOST);
        for (int i = 0; i < count; i++) {
            messages.receive(i, into.memory().address() + into.slotOffset(i), into.slotBytes());
        }
        int n;
        do {
            n = sys.recvmmsg(fd, messages.headers, count, Constants.MSG_TRUNC, receiveErrno);
        } while (Errno.EINTR.is(n));
        if (n < 0) {
            return wouldBlock(n);
        }
        for (int i = 0; i < n; i++) {
            messages.sender(i, into.received(i, messages.length(i), messages.segment(i)));
        }
        return into.size();
    }

    /// One datagram of those that the kernel may have merged.
    ///
    /// @param count 1 to take it, 0 to leave it there
    private int receiveHeld(ByteBuffer dst, @Nullable Peer from, int count) throws IOException {
        var held = held();
        if (held == null) {
            return WOULD_BLOCK;
        }
        int length = held.length(taken);
        dst.put(cut(held.bytes(taken), dst.remaining()));
        if (from != null) {
            from.set(held.peer(taken));
        }
        taken += count;
        return length;
    }

    private static ByteBuffer cut(ByteBuffer bytes, int most) {
        return bytes.limit(bytes.position() + Math.min(most, bytes.remaining()));
    }

    private boolean holds() {
        return held != null && taken < held.size();
    }

    /// At least one datagram that has not been taken; null if none has come.
    private @Nullable Datagrams held() throws IOException {
        var batch = held;
        if (batch == null) {
            batch = new Datagrams(1);
            held = batch;
        }
        if (taken == batch.size()) {
            batch.clear();
            taken = 0;
            receiveMessages(batch, 1);
        }
        return batch.size() > 0 ? batch : null;
    }

    @Override
    public int send(Datagrams from, boolean connected) throws IOException {
        var messages = sending();
        long base = from.memory().address();
        int n;
        do {
            int count = 0;
            for (int i = from.first(); i < from.size() && count < Messages.MOST; count++) {
                int first = from.stored(i);
                int run = first <= longestSegment ? from.run(i, MOST_SEGMENTS, MOST_BYTES) : 1;
                int bytes = from.offset(i + run - 1) + from.stored(i + run - 1) - from.offset(i);
                messages.send(
                        count, base + from.offset(i), bytes, run > 1 ? first : 0, connected ? null : from.peer(i));
                i += run;
            }
            n = sendMessages(messages, count);
        } while (isUncut(n, messages, from.stored(from.first())));
        return n < 0 ? wouldBlock(n) : messages.datagrams(n);
    }

    @Override
    public int send(ByteBuffer src, int segment, @Nullable Peer to) throws IOException {
        var messages = sending();
        long base = sendAddress.of(src);
        int length = src.remaining();
        int n;
        do {
            int run =
                    segment <= longestSegment ? Math.clamp(MOST_BYTES / segment, 1, MOST_SEGMENTS) * segment : segment;
            int count = 0;
            for (int at = 0; at < length && count < Messages.MOST; at += run) {
                int bytes = Math.min(run, length - at);
                messages.send(count++, base + at, bytes, bytes > segment ? segment : 0, to);
            }
            n = sendMessages(messages, count);
        } while (isUncut(n, messages, segment));
        if (n < 0) {
            return wouldBlock(n);
        }
        int bytes = messages.bytes(n);
        src.position(src.position() + bytes);
        return bytes;
    }

    private Messages sending() {
        var messages = sending;
        if (messages == null) {
            messages = new Messages(Arena.ofAuto(), domain);
            sending = messages;
            longestSegment = knowsSegments() ? LONGEST : 0;
        }
        return messages;
    }

    private boolean knowsSegments() {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(JAVA_INT);
            var length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result = sys.getsockopt(fd, Constants.SOL_UDP, Constants.UDP_SEGMENT, value, length);
            if (result < 0) {
                unsegmented = "UDP_SEGMENT: " + Errno.exception(result).getMessage();
            }
            return result >= 0;
        }
    }

    private int sendMessages(Messages messages, int count) {
        int n;
        do {
            n = sys.sendmmsg(fd, messages.headers, count, Constants.MSG_NOSIGNAL, sendErrno);
        } while (Errno.EINTR.is(n));
        return n;
    }

    /// Whether the kernel has refused to cut the first message, which is then to be sent piece by piece: a segment
    /// is longer than the way takes (EINVAL, EMSGSIZE), or the device cannot do it (EIO). It is not asked again.
    private boolean isUncut(int result, Messages messages, int segment) {
        boolean refused = Errno.EINVAL.is(result) || Errno.EMSGSIZE.is(result) || Errno.EIO.is(result);
        if (!refused || messages.datagrams(1) == 1) {
            return false;
        }
        longestSegment = Errno.EIO.is(result) ? 0 : segment - 1;
        if (longestSegment == 0) {
            unsegmented = "UDP_SEGMENT: " + Errno.exception(result).getMessage();
        }
        return true;
    }

    @Override
    public @Nullable String unsegmented() {
        if (unsegmented == null) {
            knowsSegments();
        }
        return unsegmented;
    }

    /// The result of a call that moved nothing: it would block, or has failed.
    private static int wouldBlock(int result) throws IOException {
        if (Errno.EAGAIN.is(result)) {
            return WOULD_BLOCK;
        }
        throw Errno.ofDatagram(result);
    }

    @Override
    public Joined join(InetAddress group, NetworkInterface on, @Nullable InetAddress source) throws IOException {
        boolean any = source == null;
        int join = any ? Constants.MCAST_JOIN_GROUP : Constants.MCAST_JOIN_SOURCE_GROUP;
        int leave = any ? Constants.MCAST_LEAVE_GROUP : Constants.MCAST_LEAVE_SOURCE_GROUP;
        membership(join, group, on, source);
        return () -> membership(leave, group, on, source);
    }

    private void membership(int name, InetAddress group, NetworkInterface on, @Nullable InetAddress source)
            throws IOException {
        int level = group instanceof Inet4Address ? Constants.IPPROTO_IP : Constants.IPPROTO_IPV6;
        try (var arena = Arena.ofConfined()) {
            var request = GroupSourceReq.of(arena, group, on, source);
            int result = sys.setsockopt(fd, level, name, request, (int) request.byteSize());
            if (Errno.EADDRINUSE.is(result)) {
                throw new SocketException("already a member (EADDRINUSE)");
            }
            if (result < 0) {
                throw Errno.ofDatagram(result);
            }
        }
    }

    @Override
    public long dropped() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var numbers = arena.allocate(JAVA_INT, DROPS + 1);
            var length = arena.allocateFrom(JAVA_INT, (int) numbers.byteSize());
            checked(sys.getsockopt(fd, Constants.SOL_SOCKET, Constants.SO_MEMINFO, numbers, length));
            return Integer.toUnsignedLong(numbers.getAtIndex(JAVA_INT, DROPS));
        }
    }
}
