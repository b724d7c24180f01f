package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// Positions, copies out, views and transformations, against an array.
class AccessModelTest {

    @Test
    void positions() {
        Cases.forAll(3000, (random, model, bytes) -> {
            assertThat(bytes.size()).isEqualTo(model.length);
            assertThat(bytes.isEmpty()).isEqualTo(model.length == 0);
            for (int i = 0; i < model.length; i++) {
                assertThat(bytes.byteAt(i)).isEqualTo(model[i]);
            }
            ByteBuffer words = ByteBuffer.wrap(model);
            for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
                words.order(order);
                for (int i = 0; i <= model.length - 8; i += 1 + random.nextInt(20)) {
                    assertThat(bytes.unsignedByteAt(i)).isEqualTo(model[i] & 0xff);
                    assertThat(bytes.shortAt(i, order)).isEqualTo(words.getShort(i));
                    assertThat(bytes.intAt(i, order)).isEqualTo(words.getInt(i));
                    assertThat(bytes.longAt(i, order)).isEqualTo(words.getLong(i));
                }
            }
            if (model.length >= 8) {
                words.order(ByteOrder.BIG_ENDIAN);
                assertThat(bytes.shortAt(0)).isEqualTo(words.getShort(0));
                assertThat(bytes.intAt(0)).isEqualTo(words.getInt(0));
                assertThat(bytes.longAt(0)).isEqualTo(words.getLong(0));
            }
        });
    }

    @Test
    void copiesOut() {
        Cases.forAll(3000, (random, model, bytes) -> {
            assertThat(bytes.toByteArray()).isEqualTo(model);

            int from = random.nextInt(model.length + 1);
            int length = random.nextInt(model.length + 10);
            int at = random.nextInt(5);
            int count = Math.min(length, model.length - from);
            byte[] expected = new byte[at + length];
            System.arraycopy(model, from, expected, at, count);

            byte[] array = new byte[at + length];
            assertThat(bytes.copyTo(from, array, at, length)).isEqualTo(count);
            assertThat(array).isEqualTo(expected);
            assertThat(bytes.copyTo(new byte[at + length], at, length)).isEqualTo(Math.min(length, model.length));

            for (ByteBuffer buffer :
                    new ByteBuffer[] {ByteBuffer.allocate(at + length), ByteBuffer.allocateDirect(at + length)}) {
                assertThat(bytes.copyTo(from, buffer.position(at))).isEqualTo(count);
                assertThat(buffer.position()).isEqualTo(at + count);
                assertThat(ByteString.copyOf(buffer.rewind())).isEqualTo(ByteString.copyOf(expected));
                assertThat(bytes.copyTo(buffer.clear())).isEqualTo(Math.min(at + length, model.length));
            }

            var out = new ByteArrayOutputStream();
            bytes.writeTo(out);
            assertThat(out.toByteArray()).isEqualTo(model);

            var channel = new StutteringChannel(random.nextInt(1, 600));
            int written = 0;
            while (written < bytes.size()) {
                written += (int) bytes.writeTo(written, channel);
            }
            assertThat(channel.bytes()).isEqualTo(model);
        });
    }

    @Test
    void views() {
        Cases.forAll(2000, (random, model, bytes) -> {
            ByteBuffer[] buffers = bytes.asByteBuffers();
            assertThat(buffers).isNotEmpty().allMatch(ByteBuffer::isReadOnly);
            assertThat(buffers).hasSize(bytes.fragmentCount());
            ByteBuffer all = ByteBuffer.allocate(model.length);
            Arrays.stream(buffers).forEach(all::put);
            assertThat(all.array()).isEqualTo(model);

            assertThat(bytes.asByteBuffer()).isEqualTo(ByteBuffer.wrap(model));
            assertThat(bytes.asByteBuffer().isReadOnly()).isTrue();
            assertThat(bytes.asMemorySegment().mismatch(MemorySegment.ofArray(model)))
                    .isEqualTo(-1);
            assertThat(bytes.asMemorySegment().isReadOnly()).isTrue();
            assertThat(bytes.asInputStream().readAllBytes()).isEqualTo(model);

            assertThat(ByteString.concat(bytes.fragments())).isEqualTo(bytes);
            var builder = new ByteStringBuilder();
            bytes.forEachFragment(fragment -> {
                assertThat(fragment.fragmentCount()).isOne();
                builder.put(fragment);
            });
            assertThat(builder.result()).isEqualTo(bytes);
            int[] unsigned = new int[model.length];
            Arrays.setAll(unsigned, i -> model[i] & 0xff);
            assertThat(bytes.bytes().toArray()).isEqualTo(unsigned);
        });
    }

    @Test
    void compactForms() {
        Cases.forAll(2000, (random, model, bytes) -> {
            ByteString compact = bytes.compact();
            assertThat(compact).isEqualTo(bytes);
            assertThat(compact.isCompact()).isTrue();
            assertThat(compact.compact()).isSameAs(compact);
            assertThat(compact.unsafeArray()).isEqualTo(model);
            assertThat(compact.retainedSize()).isEqualTo(model.length);

            ByteString trimmed = bytes.trim();
            assertThat(trimmed).isEqualTo(bytes);
            assertThat(trimmed.retainedSize()).isLessThanOrEqualTo(2L * model.length);
            assertThat(trimmed.trim()).isSameAs(trimmed);
        });
    }

    @Test
    void transformations() {
        Cases.forAll(2000, (random, model, bytes) -> {
            byte[] mapped = new byte[model.length];
            byte[] reversed = new byte[model.length];
            byte[] masked = new byte[model.length];
            byte[] mask = new byte[random.nextInt(1, 12)];
            random.nextBytes(mask);
            long folded = 7;
            for (int i = 0; i < model.length; i++) {
                mapped[i] = (byte) ((model[i] & 0xff) * 3);
                reversed[model.length - 1 - i] = model[i];
                masked[i] = (byte) (model[i] ^ mask[i % mask.length]);
                folded = folded * 31 + (model[i] & 0xff);
            }
            assertThat(bytes.map(b -> b * 3).toByteArray()).isEqualTo(mapped);
            assertThat(bytes.reverse().toByteArray()).isEqualTo(reversed);
            assertThat(bytes.xorWith(ByteString.copyOf(mask)).toByteArray()).isEqualTo(masked);
            assertThat(bytes.fold(7, (sum, b) -> sum * 31 + b)).isEqualTo(folded);

            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            bytes.update(digest);
            assertThat(digest.digest())
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(model));
            var ours = new CRC32();
            bytes.update(ours);
            var theirs = new CRC32();
            theirs.update(model);
            assertThat(ours.getValue()).isEqualTo(theirs.getValue());
        });
    }

    @Test
    void sources() {
        Cases.forAll(1000, (random, model, bytes) -> {
            int limit = random.nextInt(model.length + 10);
            byte[] expected = Arrays.copyOf(model, Math.min(limit, model.length));
            assertThat(ByteString.readFrom(bytes.asInputStream(), limit).toByteArray())
                    .isEqualTo(expected);
            var channel = Channels.newChannel(new ByteArrayInputStream(model));
            assertThat(ByteString.readFrom(channel, limit).toByteArray()).isEqualTo(expected);
            assertThat(ByteString.copyOf(MemorySegment.ofArray(model))).isEqualTo(bytes);
            int[] ints = bytes.bytes().toArray();
            assertThat(ByteString.of(ints)).isEqualTo(bytes);
            assertThat(ByteString.of(model)).isEqualTo(bytes);
        });
    }

    @Test
    void largeSourcesAreReadWhole() throws Exception {
        byte[] large = new byte[100_000];
        ThreadLocalRandom.current().nextBytes(large);
        assertThat(ByteString.readFrom(new ByteArrayInputStream(large), Integer.MAX_VALUE)
                        .toByteArray())
                .isEqualTo(large);
        assertThat(ByteString.readFrom(Channels.newChannel(new ByteArrayInputStream(large)), 90_000)
                        .toByteArray())
                .isEqualTo(Arrays.copyOf(large, 90_000));
    }
}
