package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What single examples say best: identity, borders, errors, and who may see whose arrays.
class ByteStringTest {

    private static final ByteString HELLO = ByteString.fromUtf8("hello");
    private static final ByteString ROPE = ByteString.zeros(200).append(ByteString.zeros(300));

    @Test
    void nothingChangedIsTheSameObject() {
        for (ByteString bytes : List.of(HELLO, ROPE)) {
            assertThat(bytes.take(bytes.size())).isSameAs(bytes);
            assertThat(bytes.take(Integer.MAX_VALUE)).isSameAs(bytes);
            assertThat(bytes.drop(0)).isSameAs(bytes);
            assertThat(bytes.drop(-1)).isSameAs(bytes);
            assertThat(bytes.dropRight(0)).isSameAs(bytes);
            assertThat(bytes.takeRight(bytes.size())).isSameAs(bytes);
            assertThat(bytes.append(ByteString.empty())).isSameAs(bytes);
            assertThat(bytes.prepend(ByteString.empty())).isSameAs(bytes);
            assertThat(bytes.repeat(1)).isEqualTo(bytes);
        }
        assertThat(HELLO.take(0)).isSameAs(ByteString.empty());
        assertThat(HELLO.slice(3, 2)).isSameAs(ByteString.empty());
        assertThat(ByteString.of()).isSameAs(ByteString.empty());
        assertThat(ByteString.concat(List.of())).isSameAs(ByteString.empty());
    }

    @Test
    void emptyHasOneFragmentAndNoFragments() {
        ByteString empty = ByteString.empty();
        assertThat(empty.fragmentCount()).isOne();
        assertThat(empty.asByteBuffers()).hasSize(1);
        assertThat(empty.fragments()).isEmpty();
        assertThat(empty.isCompact()).isTrue();
        assertThat(empty.hashCode()).isEqualTo(HELLO.take(0).hashCode());
        assertThat(empty.tail()).isSameAs(empty);
        assertThat(empty.init()).isSameAs(empty);
    }

    @Test
    void sourcesAreCopied() {
        byte[] array = {1, 2, 3};
        List<ByteString> copies = List.of(
                ByteString.copyOf(array),
                ByteString.of(array),
                ByteString.copyOf(array, 0, 3),
                ByteString.copyOf(ByteBuffer.wrap(array)),
                ByteString.copyOf(MemorySegment.ofArray(array)),
                new ByteStringBuilder().put(array).result());
        ByteString wrapped = ByteString.unsafeWrap(array);
        array[0] = 9;
        assertThat(copies).allMatch(bytes -> bytes.byteAt(0) == 1);
        assertThat(wrapped.byteAt(0)).isEqualTo((byte) 9);
        HELLO.toByteArray()[0] = 0;
        assertThat(HELLO.byteAt(0)).isEqualTo((byte) 'h');
    }

    @Test
    void aBufferIsCopiedFromItsPositionToItsLimit() {
        var array = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
        var direct = ByteBuffer.allocateDirect(8).put(array.duplicate()).flip();
        for (var whole : List.of(array, direct, array.asReadOnlyBuffer())) {
            var buffer = whole.slice(1, 6).position(2).limit(5);
            assertThat(ByteString.copyOf(buffer)).isEqualTo(ByteString.of(3, 4, 5));
            assertThat(buffer.position()).isEqualTo(5);
            assertThat(ByteString.copyOf(buffer)).isSameAs(ByteString.empty());
        }
    }

    @Test
    void streamsAndChecksumsNeverSeeOurArray() throws IOException {
        byte[] array = HELLO.toByteArray();
        ByteString bytes = ByteString.unsafeWrap(array);
        bytes.writeTo(new OutputStream() {
            @Override
            public void write(int value) {}

            @Override
            public void write(byte[] seen, int from, int length) {
                Arrays.fill(seen, (byte) 0);
            }
        });
        bytes.update(new Checksum() {
            @Override
            public void update(int value) {}

            @Override
            public void update(byte[] seen, int from, int length) {
                Arrays.fill(seen, (byte) 0);
            }

            @Override
            public long getValue() {
                return 0;
            }

            @Override
            public void reset() {}
        });
        assertThat(bytes).isEqualTo(HELLO);
    }

    @Test
    void streamsThatKeepTheirTargetCannotWriteToUs() throws IOException {
        byte @Nullable [][] kept = new byte @Nullable [1][];
        var source = new InputStream() {
            @Override
            public int read() {
                return -1;
            }

            @Override
            public int read(byte[] target, int at, int length) {
                int count = kept[0] == null ? 3 : -1;
                kept[0] = target;
                Arrays.fill(target, (byte) 1);
                return count;
            }
        };
        ByteString bytes = ByteString.readFrom(source, 100);
        Arrays.fill(kept[0], (byte) 9);
        assertThat(bytes).isEqualTo(ByteString.of(1, 1, 1));
    }

    @Test
    void viewsShareAndDoNotReachBeyondTheirBytes() {
        byte[] array = "secret hello secret".getBytes(StandardCharsets.UTF_8);
        ByteString bytes = ByteString.unsafeWrap(array, 7, 5);
        for (ByteBuffer view : List.of(bytes.asByteBuffer(), bytes.asByteBuffers()[0])) {
            assertThat(view.clear().remaining()).isEqualTo(5);
            assertThat(view.hasArray()).isFalse();
            assertThatThrownBy(() -> view.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        }
        assertThat(bytes.asMemorySegment().byteSize()).isEqualTo(5);
        array[7] = 'H';
        assertThat(bytes.asByteBuffer().get(0)).isEqualTo((byte) 'H');
    }

    @Test
    void oneGatheredWriteTakesManyFragments() throws IOException {
        ByteString rope = ByteString.concat(
                Stream.generate(() -> ByteString.zeros(100)).limit(3000).toList());
        var channel = new StutteringChannel(Integer.MAX_VALUE);
        assertThat(rope.writeTo(channel)).isEqualTo(1024 * 100);
        assertThat(rope.writeTo(rope.size(), channel)).isZero();
    }

    @Test
    void positionsOutOfRangeAreRefused() {
        for (ByteString bytes : List.of(HELLO, ROPE)) {
            int size = bytes.size();
            List<Runnable> accesses = List.of(
                    () -> bytes.byteAt(size),
                    () -> bytes.byteAt(-1),
                    () -> bytes.unsignedByteAt(size),
                    () -> bytes.shortAt(size - 1),
                    () -> bytes.intAt(size - 3),
                    () -> bytes.longAt(size - 7),
                    () -> bytes.longAt(Integer.MAX_VALUE),
                    () -> bytes.copyTo(-1, new byte[1], 0, 1),
                    () -> bytes.copyTo(size + 1, new byte[1], 0, 1),
                    () -> bytes.copyTo(new byte[1], 1, 1),
                    () -> bytes.copyTo(new byte[1], 0, -1),
                    () -> bytes.copyTo(size + 1, ByteBuffer.allocate(1)),
                    () -> ByteString.copyOf(new byte[3], 2, 2),
                    () -> ByteString.unsafeWrap(new byte[3], -1, 2));
            for (Runnable access : accesses) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(access::run);
            }
        }
    }

    @Test
    void whatIsNotThereIsRefused() {
        ByteString empty = ByteString.empty();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(empty::head);
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(empty::last);
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> empty.fragments().iterator().next());
        assertThatIllegalStateException().isThrownBy(ROPE::unsafeArray);
        assertThatIllegalStateException().isThrownBy(() -> HELLO.take(2).unsafeArray());
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.of(256));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.of(-129));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.fromHex("0g"));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.fromHex("012"));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.fromBase64("*"));
        assertThatIllegalArgumentException().isThrownBy(() -> HELLO.grouped(0));
        assertThatIllegalArgumentException().isThrownBy(() -> HELLO.xorWith(ByteString.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new DelimiterSearch(ByteString.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteString.zeros(-1));
    }

    @Test
    void nullIsRefusedEverywhere() throws Exception {
        int refused = 0;
        for (Class<?> type : List.of(ByteString.class, ByteStringBuilder.class, ByteStringReader.class)) {
            for (Method method : type.getDeclaredMethods()) {
                if (!Modifier.isPublic(method.getModifiers())
                        || method.getName().equals("equals")) {
                    continue;
                }
                @Nullable Object[] arguments = new @Nullable Object[method.getParameterCount()];
                boolean takesReferences = false;
                for (int i = 0; i < arguments.length; i++) {
                    Class<?> parameter = method.getParameterTypes()[i];
                    takesReferences |= !parameter.isPrimitive();
                    arguments[i] = parameter == int.class
                            ? Integer.valueOf(1)
                            : parameter.isPrimitive() ? Array.get(Array.newInstance(parameter, 1), 0) : null;
                }
                if (takesReferences && !method.isSynthetic()) {
                    Object target = type == ByteString.class
                            ? ROPE
                            : type == ByteStringBuilder.class ? new ByteStringBuilder() : ROPE.reader();
                    assertThatNullPointerException()
                            .as(method.toString())
                            .isThrownBy(() -> invoke(method, target, arguments));
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThan(60);
    }

    private static void invoke(Method method, Object target, @Nullable Object[] arguments) throws Throwable {
        try {
            method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void textShowsTheFirstHundredBytes() {
        assertThat(HELLO).hasToString("ByteString(5 bytes: 68 65 6c 6c 6f)");
        assertThat(ByteString.empty()).hasToString("ByteString(0 bytes)");
        assertThat(ROPE.toString())
                .startsWith("ByteString(500 bytes: 00 00")
                .endsWith("00 …)")
                .hasSize("ByteString(500 bytes: ".length() + 299 + " …)".length());
    }

    @Test
    void orderIsThatOfUnsignedBytes() {
        ByteString high = ByteString.of(0xff);
        var sorted = new TreeSet<>(List.of(high, ByteString.of(1, 0), ByteString.of(1), ByteString.empty()));
        assertThat(sorted).containsExactly(ByteString.empty(), ByteString.of(1), ByteString.of(1, 0), high);
    }

    @Test
    void otherTypesAreNotEqual() {
        assertThat(HELLO.equals(null)).isFalse();
        assertThat((Object) HELLO).isNotEqualTo("hello");
    }

    @Test
    void base64KeepsItsAlphabets() {
        ByteString bytes = ByteString.fromHex("fbff");
        assertThat(bytes.base64()).isEqualTo("+/8=");
        assertThat(bytes.base64Url()).isEqualTo("-_8");
        assertThat(ByteString.fromBase64("+/8")).isEqualTo(bytes);
        assertThat(ByteString.fromBase64Url("-_8=")).isEqualTo(bytes);
    }

    @Test
    void longRepetitionSharesStorage() {
        ByteString repeated = HELLO.repeat(400_000_000);
        assertThat(repeated.size()).isEqualTo(2_000_000_000);
        assertThat(repeated.retainedSize()).isLessThan(20_000);
        assertThat(repeated.byteAt(1_999_999_999)).isEqualTo((byte) 'o');
    }
}
