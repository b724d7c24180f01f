package dev.sluice.sockets;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Finds lines in an [Input]. What has come of a line stays received until the line is whole, so a call that is
/// interrupted or times out can be repeated.
final class LineReader {
    private static final byte LF = '\n';
    private static final byte CR = '\r';

    /// A line that [#next] has found.
    ///
    /// @param content length of its content, in bytes
    /// @param whole length with its end
    private record Line(int content, int whole) {}

    private final Input input;

    /// Where the last lenient line ended, if that was with CR: an LF right there belongs to it. Negative if not.
    private long afterCarriageReturn = -1;

    LineReader(Input input) {
        this.input = input;
    }

    /// Reads a line and appends it to `target`, without its end.
    ///
    /// @return false if there was none before the end of the input
    /// @throws LimitExceededException if the line is longer than `limit` bytes, of which as many have been
    ///     appended
    boolean read(StringBuilder target, int limit, LineEnding ending) throws IOException {
        var line = next(limit, ending);
        if (line == null) {
            int left = input.received.size();
            boolean tooLong = left > limit;
            int taken = Math.min(left, limit);
            target.append(input.received.text(taken));
            if (left > 0) {
                input.received.skip(taken);
            }
            if (tooLong) {
                throw new LimitExceededException(limit, "the end of a line");
            }
            return false;
        }
        target.append(input.received.text(line.content()));
        input.received.skip(line.whole());
        return true;
    }

    /// The next whole line that ends within the limit; null if there is more than the limit without an end, or
    /// the input has ended before one: then what has been received tells which.
    private @Nullable Line next(int limit, LineEnding ending) throws IOException {
        if (afterCarriageReturn == input.consumed() && input.fill(1)) {
            afterCarriageReturn = -1;
            if (input.received.get(0) == LF) {
                input.received.skip(1);
            }
        }
        int searched = 0;
        while (true) {
            int size = input.received.size();
            int to = (int) Math.min(size, limit + 2L);
            int end = find(searched, to, ending);
            if (end >= 0) {
                return within(end, limit, ending);
            }
            searched = to;
            // One byte beyond the limit may still be the CR of the end.
            boolean mayEnd = size <= limit || (size == limit + 1L && input.received.get(limit) == CR);
            if (!mayEnd || !input.fill(size + 1)) {
                return null;
            }
        }
    }

    private int find(int from, int to, LineEnding ending) {
        if (from >= to) {
            return -1;
        }
        var view = input.received.view();
        int lf = view.indexOf(LF, from, to);
        if (ending == LineEnding.DEFAULT) {
            return lf;
        }
        int cr = view.indexOf(CR, from, lf < 0 ? to : lf);
        return cr >= 0 ? cr : lf;
    }

    private @Nullable Line within(int end, int limit, LineEnding ending) {
        boolean atCarriageReturn = input.received.get(end) == CR;
        int content = !atCarriageReturn && end > 0 && input.received.get(end - 1) == CR ? end - 1 : end;
        if (content > limit) {
            return null;
        }
        if (atCarriageReturn && ending == LineEnding.LENIENT) {
            afterCarriageReturn = input.consumed() + end + 1;
        }
        return new Line(content, end + 1);
    }
}
