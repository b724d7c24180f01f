package dev.sluice.futures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// One after the other: `map`, `andThen`, `orElse`.
@Timeout(60)
class ChainTest {
    private static final int MILLION = 1_000_000;

    private final Context cx = Context.of(() -> {});

    /// Pending once, then there.
    private static final class Later<T> implements PollFuture<T> {
        private final T value;
        private int polls;
        private int abandoned;

        Later(T value) {
            this.value = value;
        }

        @Override
        public Poll<T> poll(Context cx) {
            return polls++ == 0 ? Poll.pending() : Poll.ready(value);
        }

        @Override
        public void abandon() {
            abandoned++;
        }
    }

    private static PollFuture<Integer> countDown(int n) {
        return PollFuture.ready(n).andThen(left -> left == 0 ? PollFuture.ready(0) : countDown(left - 1));
    }

    @Test
    void aMillionLinksNeedNoStackHoweverTheyAreMade() throws Exception {
        assertThat(countDown(MILLION).await()).isZero();
        var first = new Later<>(0);
        PollFuture<Integer> all = first;
        for (int i = 0; i < MILLION / 4; i++) {
            all = all.map(n -> n + 1)
                    .andThen(n -> PollFuture.ready(n + 1))
                    .andThen(n -> new Later<>(n + 1))
                    .orElse(PollFuture::failed);
        }
        assertThat(all.poll(cx).isReady()).isFalse();
        assertThat(first.polls).isOne();
        Poll<Integer> poll;
        do {
            poll = all.poll(cx);
        } while (!poll.isReady());
        assertThat(poll).isEqualTo(Poll.ready(3 * MILLION / 4));
    }

    @Test
    void abandoningAMillionLinksReachesTheFirst() {
        var first = new Later<>(0);
        PollFuture<Integer> all = first;
        for (int i = 0; i < MILLION; i++) {
            all = all.map(n -> n + 1);
        }
        all.abandon();
        all.abandon();
        assertThat(first.abandoned).isOne();
        assertThat(first.polls).isZero();
    }

    @Test
    void theFutureThatIsWaitedForIsTheOneThatIsAbandoned() throws Exception {
        var first = new Later<>(1);
        var second = new Later<>(2);
        var chain = first.map(n -> n).andThen(n -> second.map(m -> m)).map(n -> n);
        assertThat(chain.poll(cx).isReady()).isFalse();
        assertThat(chain.poll(cx).isReady()).isFalse();
        chain.abandon();
        assertThat(List.of(first.abandoned, second.abandoned)).containsExactly(0, 1);
        assertThatIllegalStateException().isThrownBy(() -> chain.poll(cx));
    }

    @Test
    void failuresPassThroughAChainAndCanBeMended() throws Exception {
        var told = new ArrayList<IOException>();
        var early = new EOFException("early");
        var mended = PollFuture.<Integer>failed(early)
                .map(n -> n + 1)
                .andThen(n -> PollFuture.ready(n + 1))
                .onFailure(told::add)
                .orElse(e -> PollFuture.ready(7))
                .map(n -> n + 1);
        assertThat(mended.await()).isEqualTo(8);
        assertThat(told).containsExactly(early);
    }

    /// A link's failure is for those behind it, and a value passes by those that mend.
    @Test
    void aFunctionThatFailsIsMendedByTheNextThatCan() throws Exception {
        var calls = new ArrayList<String>();
        var chain = PollFuture.ready(1)
                .orElse(e -> {
                    calls.add("in front");
                    return PollFuture.ready(0);
                })
                .map(n -> {
                    if (n == 1) {
                        throw new EOFException("map");
                    }
                    return n;
                })
                .andThen(n -> {
                    calls.add("of a value");
                    return PollFuture.ready(n);
                })
                .orElse(e -> {
                    calls.add("of " + e.getMessage());
                    throw new EOFException("mending");
                })
                .orElse(e -> {
                    calls.add("of " + e.getMessage());
                    return new Later<>(5);
                })
                .orElse(PollFuture::failed)
                .map(n -> n + 1);
        assertThat(chain.poll(cx).isReady()).isFalse();
        assertThat(chain.poll(cx)).isEqualTo(Poll.ready(6));
        assertThat(calls).containsExactly("of map", "of mending");
    }

    @Test
    void theLastFailureIsThrownAndEndsTheChain() {
        var chain = PollFuture.ready(1)
                .map(n -> {
                    throw new EOFException("first");
                })
                .orElse(e -> PollFuture.failed(new EOFException("second after " + e.getMessage())));
        assertThatIOException().isThrownBy(() -> chain.poll(cx)).withMessage("second after first");
        assertThatIllegalStateException().isThrownBy(() -> chain.poll(cx)).withMessageContaining("polled after");
    }

    @Test
    void whatIsUncheckedEndsTheChainAtOnce() {
        var chain = PollFuture.ready(1)
                .map(n -> {
                    throw new UnsupportedOperationException("a bug");
                })
                .orElse(e -> PollFuture.ready("mended"));
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> chain.poll(cx));
        assertThatIllegalStateException().isThrownBy(() -> chain.poll(cx)).withMessageContaining("polled after");
    }

    @Test
    void aChainThatHasBegunCanBeGoneOnWith() throws Exception {
        var inItsLastFuture = new Later<>(1).andThen(n -> new Later<>(n + 1));
        assertThat(inItsLastFuture.poll(cx).isReady()).isFalse();
        assertThat(inItsLastFuture.poll(cx).isReady()).isFalse();
        assertThat(inItsLastFuture.map(n -> n + 1).map(n -> n + 1).poll(cx)).isEqualTo(Poll.ready(4));

        var inItsFirst = new Later<>(1).map(n -> n + 1).andThen(n -> PollFuture.ready(n + 1));
        assertThat(inItsFirst.poll(cx).isReady()).isFalse();
        assertThat(inItsFirst.map(n -> n + 1).poll(cx)).isEqualTo(Poll.ready(4));
        assertThatIllegalStateException().isThrownBy(() -> inItsFirst.poll(cx)).withMessageContaining("polled after");
    }

    @Test
    void aChainThatIsPartOfAnotherIsNotPolledByItself() throws Exception {
        var part = PollFuture.ready(1).map(n -> n + 1);
        var whole = part.map(n -> n + 1);
        var other = part.map(n -> n + 2);
        assertThat(whole.poll(cx)).isEqualTo(Poll.ready(3));
        for (var used : List.of(part, whole, other)) {
            assertThatIllegalStateException().isThrownBy(() -> used.poll(cx)).withMessageContaining("polled after");
        }
    }

    @Test
    void nullIsNoValueAndNoFuture() {
        assertThatNullPointerException()
                .isThrownBy(() ->
                        PollFuture.ready(1).map(ChainTest::<Integer>nothing).poll(cx))
                .withMessage("map to null");
        assertThatNullPointerException()
                .isThrownBy(() -> PollFuture.ready(1)
                        .andThen(ChainTest::<PollFuture<Integer>>nothing)
                        .poll(cx))
                .withMessage("andThen to null");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals", "unused"}) // what an erring function gives
    private static <T> T nothing(Object value) {
        return null;
    }
}
