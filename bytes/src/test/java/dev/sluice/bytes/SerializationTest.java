package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SerializationTest {

    @Test
    void valueSurvivesAndShapeDoesNot() {
        Cases.forAll(500, (random, model, bytes) -> {
            Object read = deserialize(serialize(bytes));
            assertThat(read).isEqualTo(bytes);
        });
    }

    @Test
    void largeValueIsReadWhole() throws Exception {
        ByteString large = ByteString.fromUtf8("0123456789").repeat(100_000);
        assertThat(deserialize(serialize(large))).isEqualTo(large);
    }

    @Test
    void sharedReferencesStayShared() throws Exception {
        ByteString bytes = ByteString.fromUtf8("twice");
        Object[] read = (Object[]) deserialize(serialize(new Object[] {bytes, bytes}));
        assertThat(read[0]).isEqualTo(bytes).isSameAs(read[1]);
    }

    @Test
    void unknownVersionIsRefused() throws Exception {
        byte[] stream = serialize(ByteString.of(0x55));
        stream[headerAt(stream)] = 2;
        assertThatThrownBy(() -> deserialize(stream))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void sizeIsNotTrusted() throws Exception {
        byte[] stream = serialize(ByteString.of(0x55));
        int sizeAt = headerAt(stream) + 1;
        ByteBuffer.wrap(stream).putInt(sizeAt, -1);
        assertThatThrownBy(() -> deserialize(stream)).isInstanceOf(InvalidObjectException.class);

        ByteBuffer.wrap(stream).putInt(sizeAt, Integer.MAX_VALUE);
        assertThatThrownBy(() -> deserialize(stream)).isInstanceOf(EOFException.class);
    }

    @Test
    void onlyTheProxyIsWritten() throws Exception {
        byte[] stream = serialize(ByteString.of(0x55));
        String text = new String(stream, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("SerializedByteString").doesNotContain("Fragment");
    }

    /// Where the version byte of the only byte string of one byte 0x55 is.
    private static int headerAt(byte[] stream) {
        return ByteString.unsafeWrap(stream).indexOf(ByteString.fromHex("010000000155"));
    }

    private static byte[] serialize(Object object) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        return bytes.toByteArray();
    }

    private static Object deserialize(byte[] stream) throws IOException, ClassNotFoundException {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(stream))) {
            return in.readObject();
        }
    }
}
