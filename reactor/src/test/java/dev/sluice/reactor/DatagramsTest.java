package dev.sluice.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bytes.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How a batch is put together, taken apart, and cut into runs.
class DatagramsTest {
    private static final int MOST = 64;
    private static final int MOST_BYTES = 65_487;

    private final Peer one = peer(1);
    private final Peer two = peer(2);

    private static Peer peer(int port) {
        var peer = new Peer();
        peer.setIpv4(0x7f000001, port);
        return peer;
    }

    private static List<Integer> runs(Datagrams batch) {
        var runs = new ArrayList<Integer>();
        for (int i = 0; i < batch.size(); i += runs.getLast()) {
            runs.add(batch.run(i, MOST, MOST_BYTES));
        }
        return runs;
    }

    private Datagrams of(int... lengths) {
        var batch = new Datagrams(4);
        for (int length : lengths) {
            assertThat(batch.add(ByteString.zeros(length), one)).isTrue();
        }
        return batch;
    }

    @Test
    void neighboursOfOneSizeAreARunAndAShorterOneEndsIt() {
        assertThat(runs(of(200, 200, 200))).containsExactly(3);
        assertThat(runs(of(200, 200, 10, 200))).containsExactly(3, 1);
        assertThat(runs(of(200, 200, 10, 10))).containsExactly(3, 1);
        assertThat(runs(of(200, 201, 200))).containsExactly(1, 2);
        assertThat(runs(of(5))).containsExactly(1);
    }

    @Test
    void anEmptyDatagramStandsAlone() {
        assertThat(runs(of(0, 0, 200, 200, 0, 200))).containsExactly(1, 1, 2, 1, 1);
    }

    @Test
    void runsHaveAMostOfDatagramsAndOfBytes() {
        var many = new Datagrams(4);
        for (int i = 0; i < 150; i++) {
            many.add(ByteString.zeros(1), one);
        }
        assertThat(runs(many)).containsExactly(64, 64, 22);
        assertThat(runs(of(30_000, 30_000, 30_000, 30_000))).containsExactly(2, 2);
        assertThat(runs(of(40_000, 40_000))).containsExactly(1, 1);
    }

    @Test
    void runsAreOfOnePeer() {
        var batch = new Datagrams(1);
        for (var to : new Peer[] {one, one, two, peer(2), one}) {
            batch.add(ByteBuffer.allocate(10), to);
        }
        assertThat(runs(batch)).containsExactly(2, 2, 1);
        assertThat(batch.peer(3)).isEqualTo(two);
        assertThat(batch.peer(4)).isEqualTo(one);
    }

    @Test
    void whatWasMergedIsCutExactly() {
        var batch = new Datagrams(2);
        batch.slot(0).put(ByteBuffer.allocate(500).putInt(200, 7).putInt(400, 8));
        batch.received(0, 500, 200).set(one);
        batch.received(1, 200, 200).set(two);
        assertThat(batch.size()).isEqualTo(4);
        int[] lengths = {200, 200, 100, 200};
        for (int i = 0; i < lengths.length; i++) {
            assertThat(batch.length(i)).isEqualTo(lengths[i]);
            assertThat(batch.bytes(i).remaining()).isEqualTo(lengths[i]);
            assertThat(batch.isTruncated(i)).isFalse();
            assertThat(batch.peer(i)).isEqualTo(i < 3 ? one : two);
        }
        assertThat(batch.bytes(1).getInt(batch.bytes(1).position())).isEqualTo(7);
        assertThat(batch.bytes(2).getInt(batch.bytes(2).position())).isEqualTo(8);
        assertThat(runs(batch)).containsExactly(3, 1);
    }

    @Test
    void moreThanThereAreSlotsFits() {
        var batch = new Datagrams(1);
        batch.received(0, 1000, 1).set(one);
        assertThat(batch.size()).isEqualTo(1000);
        assertThat(batch.offset(999)).isEqualTo(999);
        batch.clear();
        for (int i = 0; i < 1000; i++) {
            batch.add(ByteString.zeros(1), peer(i + 1));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(batch.peer(i)).isEqualTo(peer(i + 1));
        }
    }

    @Test
    void whatIsCutOffIsKnown() {
        var batch = new Datagrams(2, 100);
        batch.received(0, 150, 0);
        assertThat(batch.isTruncated(0)).isTrue();
        assertThat(batch.length(0)).isEqualTo(150);
        assertThat(batch.bytes(0).remaining()).isEqualTo(100);
    }

    @Test
    void aFullBatchTakesNoMoreAndStaysAsItIs() {
        var batch = new Datagrams(1, 100);
        assertThat(batch.add(ByteString.zeros(60), one)).isTrue();
        var more = ByteBuffer.allocate(41);
        assertThat(batch.add(more, one)).isFalse();
        assertThat(batch.add(ByteString.zeros(41), one)).isFalse();
        assertThat(more.remaining()).isEqualTo(41);
        assertThat(batch.size()).isEqualTo(1);
        assertThat(batch.add(more.limit(40), one)).isTrue();
        assertThat(more.hasRemaining()).isFalse();
    }

    @Test
    void whatHasBeenSentDoesNotRemain() {
        var batch = of(1, 2, 3);
        batch.sent(1);
        batch.skip();
        assertThat(batch.first()).isEqualTo(2);
        assertThat(batch.remaining()).isEqualTo(1);
        batch.skip();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(batch::skip);
        assertThat(batch.size()).isEqualTo(3);
        batch.clear();
        assertThat(batch.size()).isZero();
    }

    @Test
    void thereMustBeRoom() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Datagrams(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Datagrams(1, 0));
        var batch = of(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.bytes(1));
    }
}
