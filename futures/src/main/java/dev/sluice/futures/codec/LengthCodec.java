package dev.sluice.futures.codec;

import dev.sluice.bytes.ByteString;
import dev.sluice.bytes.ByteStringBuilder;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Frames that say how long they are; [LengthField] says where and how.
///
/// The limit is looked at when the header has come, before any memory is taken for the frame. A header that
/// announces too much is a [ProtocolException], after which the bytes make no sense any more.
public final class LengthCodec implements Codec<ByteString> {
    private static final int NONE = -1;

    private LengthField field;

    /// The size of the frame whose header was found good, or NONE. A new limit does not touch it.
    private int announced = NONE;

    /// @param field what a header looks like
    public LengthCodec(LengthField field) {
        this.field = Objects.requireNonNull(field);
    }

    /// What a header looks like.
    public LengthField field() {
        return field;
    }

    /// Sets another limit, which counts from the next frame on: one whose header has come is read as announced.
    public void max(int bytes) {
        field = field.max(bytes);
    }

    @Override
    public @Nullable ByteString decode(ByteBuffer in) throws ProtocolException {
        if (announced == NONE) {
            if (in.remaining() < field.headerBytes()) {
                return null;
            }
            announced = size(in);
        }
        if (in.remaining() - field.skip() < announced) {
            return null;
        }
        in.position(in.position() + field.skip());
        int size = announced;
        announced = NONE;
        return Frames.take(in, size);
    }

    @Override
    public @Nullable ByteString decodeEnd(ByteBuffer in) throws IOException {
        try {
            return Codec.super.decodeEnd(in);
        } finally {
            announced = NONE; // a frame that was cut is not gone on with, in another datagram
        }
    }

    private int size(ByteBuffer in) throws ProtocolException {
        long value = number(in, in.position() + field.offset());
        long size = value + field.adjustment();
        if (value < 0 || size > field.max() || (size < 0 && value > Integer.MAX_VALUE)) {
            throw new ProtocolException("frame of length " + Long.toUnsignedString(value) + adjusted()
                    + " is larger than the limit of " + field.max() + " bytes");
        }
        if (size < 0 || field.skip() + size < field.offset() + field.bytes()) {
            throw new ProtocolException("frame of length " + value + adjusted() + " ends within its own header");
        }
        return (int) size;
    }

    private String adjusted() {
        return field.adjustment() == 0 ? "" : ", adjusted by " + field.adjustment() + ",";
    }

    private long number(ByteBuffer in, int at) {
        boolean bigEndian = field.order() == ByteOrder.BIG_ENDIAN;
        long number = 0;
        for (int i = 0; i < field.bytes(); i++) {
            int from = bigEndian ? at + i : at + field.bytes() - 1 - i;
            number = (number << Byte.SIZE) | (in.get(from) & 0xff);
        }
        return number;
    }

    /// Writes a frame: `skip` bytes and then `frame`, with the number put over them at its place. So a frame
    /// that is given with its header is taken with it too, and the number need not be right.
    ///
    /// @throws IllegalArgumentException if the frame is larger than the limit or than the number can say, or
    ///     too small for its header
    @Override
    public void encode(ByteString frame, ByteStringBuilder out) {
        int size = frame.size();
        long value = (long) size - field.adjustment();
        if (size > field.max() || !field.holds(value)) {
            throw new IllegalArgumentException("a frame of " + size + " bytes" + adjusted()
                    + " is larger than the limit of " + field.max() + " bytes, or does not go into " + field.bytes()
                    + " bytes of length");
        }
        int before = field.offset();
        int inFrame = before + field.bytes() - field.skip();
        if (inFrame > size) {
            throw new IllegalArgumentException("a frame of " + size + " bytes is too small for its header");
        }
        header(frame, 0, before, out);
        out.putLongPart(value, field.bytes(), field.order());
        header(frame, before + field.bytes(), field.skip(), out);
        out.put(frame.drop(Math.max(0, inFrame)));
    }

    /// The bytes of the wire from one place to another: zero as far as they are skipped, then those of the
    /// frame.
    private void header(ByteString frame, int from, int to, ByteStringBuilder out) {
        int zeros = Math.min(to, field.skip()) - from;
        if (zeros > 0) {
            out.put(ByteString.zeros(zeros));
        }
        if (to > field.skip()) {
            out.put(frame.slice(Math.max(0, from - field.skip()), to - field.skip()));
        }
    }

    @Override
    public int maxFrameBytes() {
        return field.headerBytes() + Math.max(field.max(), announced);
    }
}
