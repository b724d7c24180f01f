package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// The shape of ropes, and their costs counted in nodes.
class RopeTest {

    private static final int PIECE_BYTES = 100;

    @Test
    void repeatedAppendMakesFewNodes() {
        for (int pieces : new int[] {1_000, 10_000, 100_000}) {
            long nodes = nodesMade(pieces, rope -> rope.append(piece()));
            assertThat(nodes).as("%d pieces", pieces).isLessThan(6L * pieces);
        }
    }

    @Test
    void repeatedPrependMakesFewNodes() {
        for (int pieces : new int[] {1_000, 10_000, 100_000}) {
            long nodes = nodesMade(pieces, rope -> rope.prepend(piece()));
            assertThat(nodes).as("%d pieces", pieces).isLessThan(6L * pieces);
        }
    }

    @Test
    void appendAndPrependInTurnMakeLogarithmicallyManyNodes() {
        int pieces = 50_000;
        long nodes = nodesMade(pieces, rope -> rope.append(piece()).prepend(piece()));
        assertThat(nodes).isLessThan(2L * pieces * 2 * log2(2 * pieces));
    }

    @Test
    void joiningTwoLargeRopesMakesLogarithmicallyManyNodes() {
        ByteString large = ropeOf(100_000);
        for (int f : new int[] {1, 10, 100, 1_000, 10_000, 100_000}) {
            ByteString other = ropeOf(f);
            Set<ByteString> known = nodes(large);
            known.addAll(nodes(other));
            assertThat(newNodes(large.append(other), known)).isLessThan(4 * log2(100_000 + f));
            assertThat(newNodes(large.prepend(other), known)).isLessThan(4 * log2(100_000 + f));
        }
    }

    @Test
    void slicingMakesLogarithmicallyManyNodes() {
        ByteString large = ropeOf(100_000);
        Set<ByteString> known = nodes(large);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 1_000; i++) {
            int from = random.nextInt(large.size());
            int to = random.nextInt(from, large.size());
            ByteString slice = large.slice(from, to);
            assertThat(newNodes(slice, known)).isLessThan(6 * log2(100_000));
            assertBalanced(slice);
        }
    }

    @Test
    void sliceSharesStorage() {
        ByteString rope = ropeOf(100);
        Set<byte[]> arrays = arrays(rope);
        assertThat(arrays).containsAll(arrays(rope.slice(50, 5_050)));
        assertThat(rope.slice(50, 5_050).fragmentCount()).isEqualTo(51);
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without a checker does
    void aPartThatIsNullIsRefused() {
        var one = ByteString.fromUtf8("one");
        for (var parts : List.of(Arrays.asList(one, null), Arrays.asList((ByteString) null))) {
            assertThatNullPointerException().isThrownBy(() -> ByteString.concat(parts));
            assertThatNullPointerException().isThrownBy(() -> ByteString.join(one, parts));
        }
        assertThatNullPointerException().isThrownBy(() -> ByteString.join(null, List.of(one)));
    }

    @Test
    void joinSharesStorage() {
        ByteString a = ByteString.zeros(1_000);
        ByteString b = ByteString.zeros(1_000);
        assertThat(arrays(a.append(b))).containsExactlyInAnyOrder(a.unsafeArray(), b.unsafeArray());
    }

    @Test
    void adjacentSlicesFuse() {
        ByteString whole = ByteString.zeros(10_000);
        ByteString rejoined = ByteString.concat(whole.grouped(300).toList());
        assertThat(rejoined.fragmentCount()).isOne();
        assertThat(rejoined.unsafeArray()).isSameAs(whole.unsafeArray());

        ByteString rope = ropeOf(1_000);
        assertThat(ByteString.concat(rope.grouped(333).toList()).fragmentCount())
                .isEqualTo(1_000);
    }

    @Test
    void tinyFragmentsBecomeOne() {
        ByteString grown = ByteString.empty();
        for (int i = 0; i < 10_000; i++) {
            grown = grown.append(ByteString.of((byte) i));
        }
        assertThat(grown.fragmentCount()).isLessThanOrEqualTo(10_000 / 64);
        assertBalanced(grown);

        grown = ByteString.empty();
        for (int i = 0; i < 10_000; i++) {
            grown = grown.prepend(ByteString.of((byte) i));
        }
        assertThat(grown.fragmentCount()).isLessThanOrEqualTo(10_000 / 64);
    }

    @Test
    void tinySlicesOfRopesBecomeOne() {
        ByteString pair = ByteString.zeros(200).append(ByteString.zeros(200)).slice(199, 201);
        assertThat(pair.fragmentCount()).isEqualTo(2);
        ByteString grown = ByteString.empty();
        for (int i = 0; i < 10_000; i++) {
            grown = grown.append(pair);
        }
        assertThat(grown.fragmentCount()).isLessThanOrEqualTo(20_000 / 60);
    }

    @Test
    void randomJoinsAndSlicesStayBalanced() {
        var random = new SplittableRandom(2);
        ByteString rope = ropeOf(50);
        for (int i = 0; i < 5_000; i++) {
            ByteString part = rope.slice(random.nextInt(rope.size()), random.nextInt(rope.size() + 1));
            rope = switch (random.nextInt(4)) {
                case 0 -> rope.append(piece());
                case 1 -> rope.prepend(piece());
                case 2 -> rope.append(part);
                default -> part.append(rope);
            };
            if (rope.size() > 2_000_000) {
                rope = rope.drop(random.nextInt(rope.size() - 1_000));
            }
            assertBalanced(rope);
        }
    }

    @Test
    void ropesOfManyFragmentsAreUsable() {
        ByteString rope = ropeOf(100_000);
        assertThat(rope.fragmentCount()).isEqualTo(100_000);
        assertThat(rope).isEqualTo(rope.compact()).hasSameHashCodeAs(rope.compact());
        assertThat(rope.indexOf(1)).isEqualTo(-1);
        assertThat(rope.lastIndexOf(1)).isEqualTo(-1);
        assertThat(rope.count(0)).isEqualTo(rope.size());
        assertThat(rope.utf8()).hasSize(rope.size());
        assertThat(rope.bytes().sum()).isZero();
        assertThat(rope.asByteBuffers()).hasSize(100_000);
    }

    /// Checks sizes and heights, and that siblings below the root differ in height by at most one.
    static void assertBalanced(ByteString bytes) {
        if (bytes instanceof Rope rope) {
            assertThat(rope.left.size).isPositive();
            assertThat(rope.right.size).isPositive();
            assertThat(rope.size).isEqualTo(rope.left.size + rope.right.size);
            assertSiblingsEven(rope.left);
            assertSiblingsEven(rope.right);
        }
    }

    private static void assertSiblingsEven(ByteString bytes) {
        if (bytes instanceof Rope rope) {
            if (Math.abs(rope.left.height - rope.right.height) > 1
                    || rope.height != 1 + Math.max(rope.left.height, rope.right.height)
                    || rope.size != rope.left.size + rope.right.size) {
                throw new AssertionError(
                        "heights " + rope.left.height + " and " + rope.right.height + " in " + rope.height);
            }
            assertSiblingsEven(rope.left);
            assertSiblingsEven(rope.right);
        }
    }

    private static ByteString piece() {
        return ByteString.zeros(PIECE_BYTES);
    }

    private static ByteString ropeOf(int fragments) {
        List<ByteString> parts = new ArrayList<>();
        for (int i = 0; i < fragments; i++) {
            parts.add(piece());
        }
        return ByteString.concat(parts);
    }

    private static int log2(int n) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(n);
    }

    /// All nodes that exist in some state of a rope to which `step` is applied again and again; each was allocated
    /// once.
    private static long nodesMade(int steps, UnaryOperator<ByteString> step) {
        ByteString rope = ByteString.empty();
        Set<ByteString> known = identitySet();
        long made = 0;
        for (int i = 0; i < steps; i++) {
            rope = step.apply(rope);
            made += newNodes(rope, known);
        }
        assertBalanced(rope);
        assertThat(rope.size()).isGreaterThanOrEqualTo(steps * PIECE_BYTES);
        return made;
    }

    /// Counts the nodes that are not known yet, and adds them.
    private static int newNodes(ByteString bytes, Set<ByteString> known) {
        if (!known.add(bytes)) {
            return 0;
        }
        return bytes instanceof Rope rope ? 1 + newNodes(rope.left, known) + newNodes(rope.right, known) : 1;
    }

    private static Set<ByteString> nodes(ByteString bytes) {
        Set<ByteString> nodes = identitySet();
        newNodes(bytes, nodes);
        return nodes;
    }

    private static Set<byte[]> arrays(ByteString bytes) {
        Set<byte[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ByteString fragment : bytes.fragments()) {
            arrays.add(((Fragment) fragment).array);
        }
        return arrays;
    }

    private static Set<ByteString> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
