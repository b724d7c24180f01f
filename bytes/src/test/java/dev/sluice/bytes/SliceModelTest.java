package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/// Cutting and joining, against an array.
class SliceModelTest {

    @Test
    void slices() {
        Cases.forAll(3000, (random, model, bytes) -> {
            int n = model.length;
            int i = Cases.anyIndex(random, n);
            int j = Cases.anyIndex(random, n);
            int at = Math.clamp(i, 0, n);
            int to = Math.clamp(j, at, n);
            assertBytes(bytes.take(i), model, 0, at);
            assertBytes(bytes.drop(i), model, at, n);
            assertBytes(bytes.takeRight(i), model, n - at, n);
            assertBytes(bytes.dropRight(i), model, 0, n - at);
            assertBytes(bytes.slice(i, j), model, at, to);
            assertBytes(bytes.tail(), model, Math.min(1, n), n);
            assertBytes(bytes.init(), model, 0, Math.max(0, n - 1));
            if (n > 0) {
                assertThat(bytes.head()).isEqualTo(model[0]);
                assertThat(bytes.last()).isEqualTo(model[n - 1]);
            }

            var split = bytes.splitAt(i);
            assertBytes(split.before(), model, 0, at);
            assertBytes(split.after(), model, at, n);
            assertBytes(split.before().append(split.after()), model, 0, n);
        });
    }

    @Test
    void slicesOfSlices() {
        Cases.forAll(1000, (random, model, bytes) -> {
            int from = 0;
            int to = model.length;
            ByteString slice = bytes;
            while (from < to) {
                int begin = random.nextInt(Math.min(20, to - from) + 1);
                int end = to - from - random.nextInt(Math.min(20, to - from - begin) + 1);
                slice = slice.slice(begin, end);
                to = from + end;
                from += begin;
                assertBytes(slice, model, from, to);
                if (begin == 0 && random.nextInt(4) == 0) {
                    break;
                }
            }
        });
    }

    @Test
    void conditions() {
        Cases.forAll(2000, (random, model, bytes) -> {
            int stop = random.nextInt(256);
            IntPredicate condition = b -> b != stop && b < 0xf0;
            int prefix = 0;
            while (prefix < model.length && condition.test(model[prefix] & 0xff)) {
                prefix++;
            }
            assertBytes(bytes.takeWhile(condition), model, 0, prefix);
            assertBytes(bytes.dropWhile(condition), model, prefix, model.length);
            var span = bytes.span(condition);
            assertBytes(span.before(), model, 0, prefix);
            assertBytes(span.after(), model, prefix, model.length);
        });
    }

    @Test
    void groups() {
        Cases.forAll(1000, (random, model, bytes) -> {
            int length = random.nextInt(20) == 0 ? Integer.MAX_VALUE : random.nextInt(1, 300);
            List<ByteString> groups = bytes.grouped(length).toList();
            assertThat(groups).hasSize((int) Math.ceilDiv(model.length, (long) length));
            assertThat(groups.stream().limit(Math.max(0, groups.size() - 1))).allMatch(g -> g.size() == length);
            assertThat(ByteString.concat(groups)).isEqualTo(bytes);
        });
    }

    @Test
    void joins() {
        Cases.forAll(3000, (random, model, bytes) -> {
            byte[] otherModel = Shapes.content(random);
            ByteString other = Shapes.shape(random, otherModel);
            byte[] both = concat(model, otherModel);
            assertBytes(bytes.append(other), both, 0, both.length);
            assertBytes(other.prepend(bytes), both, 0, both.length);

            List<ByteString> parts = new ArrayList<>();
            byte[] joined = {};
            byte[] separated = {};
            for (int i = random.nextInt(6); i > 0; i--) {
                boolean first = random.nextBoolean();
                byte[] part = first ? model : otherModel;
                separated = parts.isEmpty() ? part : concat(separated, concat(otherModel, part));
                joined = concat(joined, part);
                parts.add(first ? bytes : other);
            }
            assertBytes(ByteString.concat(parts), joined, 0, joined.length);
            assertBytes(ByteString.join(other, parts), separated, 0, separated.length);
        });
    }

    @Test
    void repetitions() {
        Cases.forAll(500, (random, model, bytes) -> {
            int count = random.nextInt(30);
            byte[] repeated = new byte[model.length * count];
            for (int i = 0; i < count; i++) {
                System.arraycopy(model, 0, repeated, i * model.length, model.length);
            }
            assertBytes(bytes.repeat(count), repeated, 0, repeated.length);
        });
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static void assertBytes(ByteString actual, byte[] model, int from, int to) {
        assertThat(actual.toByteArray()).isEqualTo(Arrays.copyOfRange(model, from, to));
        RopeTest.assertBalanced(actual);
    }
}
