package dev.sluice.bytes;

import java.io.Externalizable;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serial;

/// What Java serialization writes for a [ByteString]: one byte with the version, four with the size, then the bytes.
final class SerializedByteString implements Externalizable {

    @Serial
    private static final long serialVersionUID = 1;

    private static final byte VERSION = 1;
    /// A size is only a claim: no more than this is allocated before bytes have come to prove it.
    private static final int STEP_BYTES = 1 << 16;

    private transient ByteString bytes;

    /// For deserialization.
    public SerializedByteString() {
        this(ByteString.empty());
    }

    SerializedByteString(ByteString bytes) {
        this.bytes = bytes;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeInt(bytes.size());
        Transfer.to(out::write, bytes);
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new InvalidObjectException("version " + version + " of a serialized ByteString, not " + VERSION);
        }
        int size = in.readInt();
        if (size < 0) {
            throw new InvalidObjectException("a serialized ByteString of " + size + " bytes");
        }
        var builder = new ByteStringBuilder();
        byte[] scratch = new byte[Math.min(size, STEP_BYTES)];
        while (builder.size() < size) {
            int count = Math.min(scratch.length, size - builder.size());
            in.readFully(scratch, 0, count);
            builder.put(scratch, 0, count);
        }
        bytes = builder.result();
    }

    @Serial
    private Object readResolve() {
        return bytes;
    }
}
