package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Random programs of puts, against a plain buffer; then the same values read back from all shapes.
class BuilderReaderModelTest {

    /// One program: what the builder must hold, and a check for each value put that reads it again.
    private static final class Program {

        final SplittableRandom random;
        final ByteBuffer model = ByteBuffer.allocate(1 << 20);
        final ByteStringBuilder builder;
        final List<Consumer<ByteStringReader>> checks = new ArrayList<>();
        ByteOrder order = ByteOrder.BIG_ENDIAN;

        Program(SplittableRandom random) {
            this.random = random;
            this.builder = random.nextBoolean() ? new ByteStringBuilder() : new ByteStringBuilder(random.nextInt(40));
            this.order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            builder.order(order);
        }

        void step() {
            switch (random.nextInt(18)) {
                case 0 -> {
                    byte value = (byte) random.nextInt();
                    builder.putByte(value);
                    model.put(value);
                    checks.add(in -> assertThat(in.readByte()).isEqualTo(value));
                }
                case 1 -> {
                    short value = (short) random.nextInt();
                    builder.putShort(value);
                    model.order(order).putShort(value);
                    checks.add(in -> {
                        assertThat(in.peekShort(order)).isEqualTo(value);
                        assertThat(in.readUnsignedShort()).isEqualTo(value & 0xffff);
                    });
                }
                case 2 -> {
                    int value = random.nextInt();
                    builder.putInt(value);
                    model.order(order).putInt(value);
                    checks.add(in -> {
                        assertThat(in.peekInt()).isEqualTo(value);
                        assertThat(in.copy().tryReadInt()).hasValue(value);
                        assertThat(in.copy().tryReadUnsignedInt()).hasValue(value & 0xffff_ffffL);
                        assertThat(in.readUnsignedInt()).isEqualTo(value & 0xffff_ffffL);
                    });
                }
                case 3 -> {
                    long value = random.nextLong();
                    builder.putLong(value);
                    model.order(order).putLong(value);
                    checks.add(in -> {
                        assertThat(in.peekLong()).isEqualTo(value);
                        assertThat(in.copy().tryReadLong()).hasValue(value);
                        assertThat(in.readLong()).isEqualTo(value);
                    });
                }
                case 4 -> {
                    float value = (float) random.nextDouble();
                    builder.putFloat(value);
                    model.order(order).putFloat(value);
                    checks.add(in -> {
                        assertThat(in.peekFloat()).isEqualTo(value);
                        assertThat(in.copy().tryReadFloat()).hasValue(value);
                        assertThat(in.readFloat()).isEqualTo(value);
                    });
                }
                case 5 -> {
                    double value = random.nextDouble();
                    builder.putDouble(value);
                    model.order(order).putDouble(value);
                    checks.add(in -> {
                        assertThat(in.peekDouble()).isEqualTo(value);
                        assertThat(in.copy().tryReadDouble()).hasValue(value);
                        assertThat(in.readDouble()).isEqualTo(value);
                    });
                }
                case 6 -> part();
                case 7 -> {
                    long value = random.nextLong() >>> random.nextInt(64);
                    builder.putVarint(value);
                    long rest = value;
                    for (; rest >>> 7 != 0; rest >>>= 7) {
                        model.put((byte) (rest | 0x80));
                    }
                    model.put((byte) rest);
                    checks.add(in -> assertThat(in.readVarint()).isEqualTo(value));
                }
                case 8 -> {
                    ByteOrder other = other();
                    int value = random.nextInt();
                    builder.putShort(value, other).putInt(value, other).putLong(value, other);
                    builder.putFloat(value, other).putDouble(value, other);
                    model.order(other).putShort((short) value).putInt(value).putLong(value);
                    model.putFloat(value).putDouble(value);
                    checks.add(in -> {
                        assertThat(in.readShort(other)).isEqualTo((short) value);
                        assertThat(in.readInt(other)).isEqualTo(value);
                        assertThat(in.readLong(other)).isEqualTo(value);
                        assertThat(in.peekFloat(other)).isEqualTo(value);
                        assertThat(in.readFloat(other)).isEqualTo(value);
                        assertThat(in.peekDouble(other)).isEqualTo(value);
                        assertThat(in.readDouble(other)).isEqualTo(value);
                    });
                }
                case 9 -> numbers();
                case 10, 11 -> {
                    byte[] value = Shapes.content(random);
                    int from = random.nextInt(value.length + 1);
                    int length = random.nextInt(value.length - from + 1);
                    builder.put(value, from, length);
                    model.put(value, from, length);
                    checks.add(in -> {
                        byte[] read = new byte[length];
                        in.readInto(read);
                        assertThat(ByteString.unsafeWrap(read)).isEqualTo(ByteString.unsafeWrap(value, from, length));
                    });
                }
                case 12, 13 -> {
                    byte[] value = Shapes.content(random);
                    ByteString bytes = Shapes.shape(random, value);
                    builder.put(bytes);
                    model.put(value);
                    checks.add(in -> {
                        assertThat(in.peekBytes(value.length)).isEqualTo(bytes);
                        assertThat(in.readBytes(value.length)).isEqualTo(bytes);
                    });
                }
                case 14 -> {
                    byte[] value = Shapes.content(random);
                    builder.put(ByteBuffer.wrap(value));
                    model.put(value);
                    checks.add(in -> in.skip(value.length));
                }
                case 15 -> {
                    String text = new String(Shapes.content(random), StandardCharsets.UTF_8);
                    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                    builder.putPrefixedUtf8(text, 4).putPrefixedUtf8(text, 4, other());
                    builder.putUtf8(text);
                    model.order(order).putInt(utf8.length).put(utf8);
                    model.order(other()).putInt(utf8.length).put(utf8).put(utf8);
                    checks.add(in -> {
                        assertThat(in.readUtf8(in.readInt())).isEqualTo(text);
                        assertThat(in.readUtf8(in.readInt(other()))).isEqualTo(text);
                        assertThat(in.copy().tryReadUtf8(utf8.length)).hasValue(text);
                        assertThat(in.readUtf8(utf8.length)).isEqualTo(text);
                    });
                }
                case 16 -> {
                    byte[] value = Shapes.content(random);
                    var length = builder.reserve(4);
                    var also = builder.reserve(4, other());
                    builder.put(Shapes.shape(random, value));
                    length.fillLength();
                    also.fill(value.length);
                    model.order(order).putInt(value.length + 4);
                    model.order(other()).putInt(value.length).put(value);
                    checks.add(in -> {
                        in.readInt();
                        in.skip(in.readInt(other()));
                    });
                }
                default -> {
                    byte[] value = Shapes.content(random);
                    try {
                        builder.asOutputStream().write(value);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    model.put(value);
                    checks.add(in -> in.skip(value.length));
                }
            }
        }

        private ByteOrder other() {
            return order == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        }

        private void part() {
            int count = random.nextInt(1, 9);
            long value = random.nextLong();
            builder.putLongPart(value, count);
            for (int i = 0; i < count; i++) {
                int lane = order == ByteOrder.BIG_ENDIAN ? count - 1 - i : i;
                model.put((byte) (value >>> (8 * lane)));
            }
            long expected = count == 8 ? value : value & ((1L << (8 * count)) - 1);
            checks.add(in -> {
                assertThat(in.peekLongPart(count)).isEqualTo(expected);
                assertThat(in.copy().tryReadLongPart(count)).hasValue(expected);
                assertThat(in.readLongPart(count)).isEqualTo(expected);
            });
        }

        private void numbers() {
            int count = random.nextInt(100);
            int from = random.nextInt(count + 1);
            int length = count - from;
            short[] shorts = new short[count];
            int[] ints = random.ints(count).toArray();
            long[] longs = random.longs(count).toArray();
            float[] floats = new float[count];
            double[] doubles = random.doubles(count).toArray();
            for (int i = 0; i < count; i++) {
                shorts[i] = (short) ints[i];
                floats[i] = (float) doubles[i];
            }
            builder.putShorts(shorts, from, length).putInts(ints, from, length).putLongs(longs, from, length);
            builder.putFloats(floats, from, length).putDoubles(doubles, from, length);
            builder.putShorts(shorts, from, length, other()).putInts(ints, from, length, other());
            builder.putLongs(longs, from, length, other()).putFloats(floats, from, length, other());
            builder.putDoubles(doubles, from, length, other());
            builder.putShorts(shorts)
                    .putInts(ints)
                    .putLongs(longs)
                    .putFloats(floats)
                    .putDoubles(doubles);
            model.order(order);
            putAll(shorts, ints, longs, floats, doubles, from);
            model.order(other());
            putAll(shorts, ints, longs, floats, doubles, from);
            model.order(order);
            putAll(shorts, ints, longs, floats, doubles, 0);
            int bytes = (2 * length + count) * (2 + 4 + 8 + 4 + 8);
            checks.add(in -> in.skip(bytes));
        }

        private void putAll(short[] shorts, int[] ints, long[] longs, float[] floats, double[] doubles, int from) {
            for (int i = from; i < shorts.length; i++) {
                model.putShort(shorts[i]);
            }
            for (int i = from; i < ints.length; i++) {
                model.putInt(ints[i]);
            }
            for (int i = from; i < longs.length; i++) {
                model.putLong(longs[i]);
            }
            for (int i = from; i < floats.length; i++) {
                model.putFloat(floats[i]);
            }
            for (int i = from; i < doubles.length; i++) {
                model.putDouble(doubles[i]);
            }
        }
    }

    @Test
    void whatWasPutIsBuiltAndRead() {
        Cases.forAll(2000, (random, ignored, alsoIgnored) -> {
            var program = new Program(random);
            for (int i = random.nextInt(40); i > 0; i--) {
                program.step();
                if (random.nextInt(10) == 0) {
                    program.builder.result();
                }
            }
            byte[] model = new byte[program.model.position()];
            program.model.flip().get(model);
            assertThat(program.builder.size()).isEqualTo(model.length);
            ByteString built = program.builder.result();
            assertThat(built.toByteArray()).isEqualTo(model);
            assertThat(program.builder.result()).isEqualTo(built);
            RopeTest.assertBalanced(built);

            for (ByteString bytes : List.of(built, built.compact(), Shapes.shape(random, model))) {
                ByteStringReader in = bytes.reader().order(program.order);
                program.checks.forEach(check -> check.accept(in));
                assertThat(in.remaining()).isZero();
                assertThat(in.hasRemaining()).isFalse();
            }
        });
    }

    @Test
    void earlierResultsStayWhatTheyWere() {
        Cases.forAll(500, (random, ignored, alsoIgnored) -> {
            var program = new Program(random);
            List<ByteString> results = new ArrayList<>();
            List<byte[]> copies = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                program.step();
                ByteString result = program.builder.result();
                results.add(result);
                copies.add(result.toByteArray());
                if (random.nextInt(5) == 0) {
                    program.builder.clear();
                }
            }
            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).toByteArray()).isEqualTo(copies.get(i));
            }
        });
    }

    @Test
    void positions() {
        Cases.forAll(2000, (random, model, bytes) -> {
            ByteStringReader in = bytes.reader();
            int mark = 0;
            for (int i = 0; i < 30; i++) {
                int position = in.position();
                assertThat(in.remaining()).isEqualTo(model.length - position);
                switch (random.nextInt(6)) {
                    case 0 -> in.skip(random.nextInt(in.remaining() + 1));
                    case 1 -> mark = in.mark().position();
                    case 2 -> assertThat(in.reset().position()).isEqualTo(mark);
                    case 3 -> assertThat(in.rest()).isEqualTo(bytes.drop(position));
                    case 4 -> {
                        if (in.hasRemaining()) {
                            assertThat(in.peekByte()).isEqualTo(model[position]);
                            assertThat(in.copy().readByte()).isEqualTo(model[position]);
                            assertThat(in.readUnsignedByte()).isEqualTo(model[position] & 0xff);
                        }
                    }
                    default -> {
                        if (in.remaining() >= 4) {
                            assertThat(in.copy().readInt())
                                    .isEqualTo(ByteBuffer.wrap(model).getInt(position));
                        }
                    }
                }
            }
        });
    }

    @Test
    void streams() {
        Cases.forAll(2000, (random, model, bytes) -> {
            var ours = bytes.asInputStream();
            var theirs = new ByteArrayInputStream(model);
            assertThat(ours.markSupported()).isTrue();
            for (int i = 0; i < 30; i++) {
                assertThat(ours.available()).isEqualTo(theirs.available());
                switch (random.nextInt(8)) {
                    case 0, 1 -> assertThat(ours.read()).isEqualTo(theirs.read());
                    case 2 -> {
                        int length = random.nextInt(1, 100);
                        byte[] a = new byte[length + 5];
                        byte[] b = new byte[length + 5];
                        assertThat(ours.read(a, 3, length)).isEqualTo(theirs.read(b, 3, length));
                        assertThat(a).isEqualTo(b);
                    }
                    case 3 -> {
                        long count = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(100);
                        assertThat(ours.skip(count)).isEqualTo(theirs.skip(count));
                    }
                    case 4 -> {
                        ours.mark(0);
                        theirs.mark(0);
                    }
                    case 5 -> {
                        ours.reset();
                        theirs.reset();
                    }
                    case 6 -> assertThat(ours.readNBytes(i)).isEqualTo(theirs.readNBytes(i));
                    default -> {
                        if (random.nextInt(5) == 0) {
                            var a = new ByteArrayOutputStream();
                            var b = new ByteArrayOutputStream();
                            assertThat(ours.transferTo(a)).isEqualTo(theirs.transferTo(b));
                            assertThat(a.toByteArray()).isEqualTo(b.toByteArray());
                        }
                    }
                }
            }
            assertThat(ours.readAllBytes()).isEqualTo(theirs.readAllBytes());
        });
    }

    @Test
    void delimitedReads() {
        Cases.forAll(1000, (random, model, bytes) -> {
            ByteString delimiter = ByteString.of('a');
            ByteStringReader in = bytes.reader();
            List<ByteString> lines = new ArrayList<>();
            for (var line = in.tryReadUntil(delimiter); line.isPresent(); line = in.tryReadUntil(delimiter)) {
                lines.add(line.get());
            }
            lines.add(in.rest());
            assertThat(ByteString.join(delimiter, lines)).isEqualTo(bytes);
            assertThat(lines).noneMatch(line -> line.contains('a'));
        });
    }
}
