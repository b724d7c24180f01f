package dev.sluice.reactor;

import dev.sluice.bytes.ByteString;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/// A batch of datagrams in one direct buffer, moved by [DatagramSocket] with few calls to the system and no object
/// for each. It is used again and again, by one thread at a time.
///
/// A receive puts new datagrams in place of the old ones. To send, [add] some, and send until none
/// [remains][#remaining]; or send back what was received. Neighbours of one size for one peer leave as one run where
/// the system cuts a run into datagrams itself (segmentation offload), so put such datagrams side by side. What the
/// system has merged on receiving is cut again exactly as it was sent.
public final class Datagrams {
    /// Slots of this size have room for any datagram, and for any run of them that the system merges; they are
    /// what makes it merge.
    public static final int RUN_BYTES = 64 * 1024;

    private final int slots;
    private final int slotBytes;
    private final ByteBuffer memory;
    private final MemorySegment segment;

    /// What [#bytes] gives: the same memory.
    private final ByteBuffer view;

    /// Of each datagram: where its bytes begin, how many there are, how long it was, and whose it is.
    private int[] offsets;

    private int[] stored;
    private int[] lengths;
    private int[] owners;
    private int size;

    /// How many have been sent.
    private int sent;

    /// Each peer in turn; neighbours share one.
    private Peer[] peers;

    private int peerCount;

    /// The end of what has been added.
    private int used;

    /// A batch that makes the system merge what it receives. Its memory is `slots` times 64 KiB, of which only what
    /// is written to becomes real.
    public Datagrams(int slots) {
        this(slots, RUN_BYTES);
    }

    /// @param slots into how many pieces the memory is divided when datagrams are received
    /// @param slotBytes size of each: what is longer is cut. Below [#RUN_BYTES] nothing is merged.
    public Datagrams(int slots, int slotBytes) {
        if (slots < 1 || slotBytes < 1) {
            throw new IllegalArgumentException(slots + " slots of " + slotBytes + " bytes are no room");
        }
        this.slots = slots;
        this.slotBytes = slotBytes;
        memory = ByteBuffer.allocateDirect(Math.multiplyExact(slots, slotBytes));
        segment = MemorySegment.ofBuffer(memory);
        view = memory.duplicate();
        offsets = new int[slots];
        stored = new int[slots];
        lengths = new int[slots];
        owners = new int[slots];
        peers = new Peer[slots];
        Arrays.setAll(peers, _ -> new Peer());
    }

    /// How many datagrams there are.
    public int size() {
        return size;
    }

    /// The bytes of one datagram: always the same buffer, set to them, so they are to be used before the next call.
    public ByteBuffer bytes(int index) {
        Objects.checkIndex(index, size);
        return view(offsets[index], stored[index]);
    }

    private ByteBuffer view(int offset, int length) {
        return view.clear().position(offset).limit(offset + length);
    }

    /// Who has sent a datagram, or is to get it: not a copy, and shared with its neighbours.
    public Peer peer(int index) {
        return peers[owners[Objects.checkIndex(index, size)]];
    }

    /// The whole length of a datagram, including what was cut off for want of room.
    public int length(int index) {
        return lengths[Objects.checkIndex(index, size)];
    }

    /// Whether a part of the datagram was cut off for want of room.
    public boolean isTruncated(int index) {
        return length(index) > stored[index];
    }

    /// Forgets all datagrams.
    public void clear() {
        size = 0;
        sent = 0;
        peerCount = 0;
        used = 0;
    }

    /// Copies what remains in `src` as one more datagram to send.
    ///
    /// @return false, and nothing is changed, if there is no room for it
    public boolean add(ByteBuffer src, Peer to) {
        int length = src.remaining();
        if (length > memory.capacity() - used) {
            return false;
        }
        memory.put(used, src, src.position(), length);
        src.position(src.limit());
        added(length, to);
        return true;
    }

    /// Copies `bytes` as one more datagram to send.
    ///
    /// @return false, and nothing is changed, if there is no room for it
    public boolean add(ByteString bytes, Peer to) {
        if (bytes.size() > memory.capacity() - used) {
            return false;
        }
        bytes.copyTo(0, view(used, bytes.size()));
        added(bytes.size(), to);
        return true;
    }

    private void added(int length, Peer to) {
        if (peerCount == 0 || !peers[peerCount - 1].equals(to)) {
            nextPeer().set(to);
        }
        append(used, length, length);
    }

    /// How many datagrams have not been sent yet.
    public int remaining() {
        return size - sent;
    }

    /// Gives up the first datagram that has not been sent, such as one whose peer cannot be reached.
    public void skip() {
        sent(1);
    }

    private Peer nextPeer() {
        if (peerCount == peers.length) {
            peers = Arrays.copyOf(peers, peerCount * 2);
            Arrays.setAll(peers, i -> i < peerCount ? peers[i] : new Peer());
        }
        return peers[peerCount++];
    }

    private void append(int offset, int bytes, int length) {
        requireRoom(size + 1);
        offsets[size] = offset;
        stored[size] = bytes;
        lengths[size] = length;
        owners[size] = peerCount - 1;
        size++;
        used = offset + bytes;
    }

    /// The same for a run, array by array: each takes few instructions for many datagrams.
    private void appendRun(int offset, int bytes, int segment) {
        int last = size + (bytes - 1) / segment;
        requireRoom(last + 1);
        for (int i = size, at = offset; i <= last; i++, at += segment) {
            offsets[i] = at;
        }
        int lastBytes = offset + bytes - offsets[last];
        Arrays.fill(stored, size, last, segment);
        Arrays.fill(lengths, size, last, segment);
        Arrays.fill(owners, size, last + 1, peerCount - 1);
        stored[last] = lastBytes;
        lengths[last] = lastBytes;
        size = last + 1;
        used = offset + bytes;
    }

    private void requireRoom(int datagrams) {
        if (datagrams > offsets.length) {
            int room = Math.max(datagrams, size * 2);
            offsets = Arrays.copyOf(offsets, room);
            stored = Arrays.copyOf(stored, room);
            lengths = Arrays.copyOf(lengths, room);
            owners = Arrays.copyOf(owners, room);
        }
    }

    // What transports do.

    /// The memory that all datagrams are in.
    public MemorySegment memory() {
        return segment;
    }

    /// How many pieces the memory is divided into for receiving.
    public int slots() {
        return slots;
    }

    /// The size of each slot.
    public int slotBytes() {
        return slotBytes;
    }

    /// Where a slot begins in the memory.
    public int slotOffset(int slot) {
        return slot * slotBytes;
    }

    /// The room of a slot: always the same buffer, as [#bytes].
    public ByteBuffer slot(int slot) {
        return view(slotOffset(slot), slotBytes);
    }

    /// Something has come into a slot, which comes after those that were told before.
    ///
    /// @param length its whole length; what exceeds the slot has been cut off
    /// @param segment how long each datagram is that the system has merged into it, the last one apart; 0 if it is
    ///     one datagram
    /// @return to be set to the sender
    public Peer received(int slot, int length, int segment) {
        var from = nextPeer();
        int offset = slotOffset(slot);
        if (segment <= 0 || segment >= length) {
            append(offset, Math.min(length, slotBytes), length);
        } else {
            appendRun(offset, length, segment);
        }
        return from;
    }

    /// The first datagram that has not been sent.
    public int first() {
        return sent;
    }

    /// Where the bytes of a datagram begin in the memory.
    public int offset(int index) {
        return offsets[Objects.checkIndex(index, size)];
    }

    /// How many bytes of a datagram there are.
    public int stored(int index) {
        return stored[Objects.checkIndex(index, size)];
    }

    /// How many datagrams from one on make a run: they lie side by side, for one peer, each as long as the first
    /// but the last, which may be shorter.
    ///
    /// @param most how many a run may have
    /// @param mostBytes how long it may be in all
    /// @return at least 1
    public int run(int from, int most, int mostBytes) {
        int segment = stored(from);
        int end = Math.min(size, from + most);
        int bytes = segment;
        int next = from + 1;
        while (next < end && stored[next - 1] == segment && follows(next, segment, mostBytes - bytes)) {
            bytes += stored[next];
            next++;
        }
        return next - from;
    }

    /// An empty datagram is none that a run could be cut into.
    private boolean follows(int next, int segment, int room) {
        int bytes = stored[next];
        return bytes > 0
                && bytes <= segment
                && bytes <= room
                && offsets[next] == offsets[next - 1] + segment
                && owners[next] == owners[next - 1];
    }

    /// The next `count` datagrams have been sent.
    void sent(int count) {
        Objects.checkIndex(sent + count - 1, size);
        sent += count;
    }

    @Override
    public String toString() {
        return size + " datagrams, " + sent + " of them sent";
    }
}
