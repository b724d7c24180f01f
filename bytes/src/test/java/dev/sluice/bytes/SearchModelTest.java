package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Searching and comparing, against an array.
class SearchModelTest {

    @Test
    void singleBytes() {
        Cases.forAll(3000, (random, model, bytes) -> {
            int n = model.length;
            byte value = n == 0 || random.nextInt(4) == 0 ? (byte) random.nextInt() : model[random.nextInt(n)];
            int i = Cases.anyIndex(random, n);
            int j = Cases.anyIndex(random, n);
            int from = Math.clamp(i, 0, n);
            assertThat(bytes.indexOf(value)).isEqualTo(first(model, value, 0, n));
            assertThat(bytes.indexOf(value & 0xff, i)).isEqualTo(first(model, value, from, n));
            assertThat(bytes.indexOf(value, i, j)).isEqualTo(first(model, value, from, Math.clamp(j, from, n)));
            assertThat(bytes.indexWhere(b -> b == (value & 0xff), i)).isEqualTo(first(model, value, from, n));
            assertThat(bytes.contains(value)).isEqualTo(first(model, value, 0, n) >= 0);

            int last = Math.clamp(j, 0, n);
            int count = 0;
            for (byte b : model) {
                count += b == value ? 1 : 0;
            }
            do {
                last--;
            } while (last >= 0 && model[last] != value);
            assertThat(bytes.lastIndexOf(value, j)).isEqualTo(last);
            assertThat(bytes.lastIndexOf(value))
                    .isEqualTo(
                            bytes.reverse().indexOf(value) < 0
                                    ? -1
                                    : n - 1 - bytes.reverse().indexOf(value));
            assertThat(bytes.count(value)).isEqualTo(count);
        });
    }

    @Test
    void sets() {
        Cases.forAll(1000, (random, model, bytes) -> {
            byte[] set = new byte[random.nextInt(12)];
            random.nextBytes(set);
            if (set.length > 0 && model.length > 0) {
                set[0] = model[random.nextInt(model.length)];
            }
            int from = random.nextInt(model.length + 1);
            int expected = -1;
            for (int i = from; i < model.length && expected < 0; i++) {
                expected = first(set, model[i], 0, set.length) >= 0 ? i : -1;
            }
            assertThat(bytes.indexOfAny(Shapes.shape(random, set), from)).isEqualTo(expected);
            assertThat(bytes.indexOfAny(ByteString.copyOf(set))).isEqualTo(bytes.indexOfAny(ByteString.of(set), -5));
        });
    }

    @Test
    void patterns() {
        Cases.forAll(3000, (random, model, bytes) -> {
            int at = random.nextInt(model.length + 1);
            byte[] patternModel =
                    Arrays.copyOfRange(model, at, at + random.nextInt(Math.min(50, model.length - at + 1)));
            if (patternModel.length > 0 && random.nextInt(4) == 0) {
                patternModel[random.nextInt(patternModel.length)]++;
            }
            ByteString pattern = Shapes.shape(random, patternModel);
            int i = Cases.anyIndex(random, model.length);
            int from = Math.clamp(i, 0, model.length);
            assertThat(bytes.indexOf(pattern)).isEqualTo(first(model, patternModel, 0));
            assertThat(bytes.indexOf(pattern, i)).isEqualTo(first(model, patternModel, from));
            assertThat(bytes.indexOf(patternModel)).isEqualTo(first(model, patternModel, 0));
            assertThat(bytes.indexOf(patternModel, i)).isEqualTo(first(model, patternModel, from));
            assertThat(bytes.contains(pattern)).isEqualTo(first(model, patternModel, 0) >= 0);

            int last = model.length - patternModel.length;
            while (last >= 0 && !matches(model, patternModel, last)) {
                last--;
            }
            assertThat(bytes.lastIndexOf(pattern)).isEqualTo(last);
            assertThat(bytes.startsWith(pattern)).isEqualTo(matches(model, patternModel, 0));
            assertThat(bytes.startsWith(patternModel)).isEqualTo(matches(model, patternModel, 0));
            assertThat(bytes.startsWith(pattern, i)).isEqualTo(matches(model, patternModel, i));
            assertThat(bytes.endsWith(pattern))
                    .isEqualTo(matches(model, patternModel, model.length - patternModel.length));
            assertThat(bytes.endsWith(patternModel)).isEqualTo(bytes.endsWith(pattern));
        });
    }

    @Test
    void delimitersInGrowingBuffers() {
        Cases.forAll(2000, (random, model, bytes) -> {
            int at = random.nextInt(model.length + 1);
            byte[] delimiterModel =
                    Arrays.copyOfRange(model, at, at + random.nextInt(Math.min(4, model.length - at + 1)));
            if (delimiterModel.length == 0) {
                delimiterModel = new byte[] {'\r', '\n'};
            }
            List<ByteString> expected = new ArrayList<>();
            int begin = 0;
            for (int end; (end = first(model, delimiterModel, begin)) >= 0; begin = end + delimiterModel.length) {
                expected.add(bytes.slice(begin, end));
            }

            List<ByteString> frames = new ArrayList<>();
            var search = new DelimiterSearch(ByteString.copyOf(delimiterModel));
            ByteString buffer = ByteString.empty();
            for (int received = 0; received < model.length; ) {
                int count = random.nextInt(1, 30);
                buffer = buffer.append(bytes.slice(received, received + count));
                received += count;
                for (int end; (end = search.indexIn(buffer)) >= 0; buffer = buffer.drop(end + search.size())) {
                    frames.add(buffer.take(end));
                }
            }
            assertThat(frames).isEqualTo(expected);
            assertThat(buffer).isEqualTo(bytes.drop(begin));
        });
    }

    @Test
    void comparisons() {
        Cases.forAll(3000, (random, model, bytes) -> {
            byte[] otherModel = model.clone();
            switch (random.nextInt(4)) {
                case 0 -> otherModel = Shapes.content(random);
                case 1 -> otherModel = Arrays.copyOf(model, random.nextInt(model.length + 1));
                case 2 -> {
                    if (model.length > 0) {
                        otherModel[random.nextInt(model.length)] ^= (byte) (1 << random.nextInt(8));
                    }
                }
                default -> {}
            }
            ByteString other = Shapes.shape(random, otherModel);
            boolean equal = Arrays.equals(model, otherModel);
            assertThat(bytes.equals(other)).isEqualTo(equal);
            assertThat(other.equals(bytes)).isEqualTo(equal);
            assertThat(bytes.equalsConstantTime(other)).isEqualTo(equal);
            assertThat(bytes.mismatch(other)).isEqualTo(Arrays.mismatch(model, otherModel));
            assertThat(Integer.signum(bytes.compareTo(other)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(model, otherModel)));
            assertThat(bytes.equalsIgnoreAsciiCase(other)).isEqualTo(Arrays.equals(lower(model), lower(otherModel)));
            assertThat(bytes.equalsIgnoreAsciiCase(Shapes.shape(random, lower(model))))
                    .isTrue();
            assertThat(bytes.hashCode()).isEqualTo(ByteString.copyOf(model).hashCode());
            if (!equal) {
                assertThat(bytes.hashCode()).isNotEqualTo(other.hashCode());
            }
        });
    }

    @Test
    void onlyTheLettersFromAToZHaveACase() {
        for (int value = 0; value < 256; value++) {
            ByteString one = ByteString.of(value).repeat(11);
            ByteString otherCase = ByteString.of(value ^ 0x20).repeat(11);
            int letter = value & ~0x20;
            assertThat(one.equalsIgnoreAsciiCase(otherCase))
                    .as("0x%02x and 0x%02x", value, value ^ 0x20)
                    .isEqualTo(letter >= 'A' && letter <= 'Z');
        }
    }

    private static byte[] lower(byte[] model) {
        byte[] lower = model.clone();
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] >= 'A' && lower[i] <= 'Z') {
                lower[i] = (byte) Character.toLowerCase(lower[i]);
            }
        }
        return lower;
    }

    private static int first(byte[] model, byte value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (model[i] == value) {
                return i;
            }
        }
        return -1;
    }

    private static int first(byte[] model, byte[] pattern, int from) {
        for (int i = from; i <= model.length - pattern.length; i++) {
            if (matches(model, pattern, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(byte[] model, byte[] pattern, int at) {
        return at >= 0
                && at <= model.length - pattern.length
                && Arrays.equals(model, at, at + pattern.length, pattern, 0, pattern.length);
    }
}
