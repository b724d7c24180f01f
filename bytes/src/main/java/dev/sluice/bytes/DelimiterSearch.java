package dev.sluice.bytes;

/// Finds a delimiter in a buffer that grows at its end, and looks at each byte once however often it is asked: what a
/// protocol needs that frames its messages by a line end or a boundary.
/// ```java
/// buffer = buffer.append(received);
/// for (int at; (at = lineEnd.indexIn(buffer)) >= 0; buffer = buffer.drop(at + lineEnd.size())) {
///     handle(buffer.take(at));
/// }
/// ```
/// It keeps the number of bytes scanned and how much of the delimiter ends there, not the buffer. The search is that
/// of Knuth, Morris and Pratt, O(n) for every input, and skips eight bytes at a time while nothing has matched. One
/// thread at a time.
public final class DelimiterSearch {

    private static final int[] NO_BORDERS = {};

    private final byte[] delimiter;
    /// For each prefix of the delimiter, by its last index: the length of the longest shorter prefix that it also
    /// ends with. Left out if the first byte comes once only: these are all 0 then.
    private final int[] borders;

    private int scanned;
    /// Length of the longest prefix of the delimiter that ends at `scanned`.
    private int matched;

    /// A search for `delimiter` that has seen nothing yet.
    ///
    /// @throws IllegalArgumentException if the delimiter is empty
    public DelimiterSearch(ByteString delimiter) {
        if (delimiter.isEmpty()) {
            throw new IllegalArgumentException("an empty delimiter is everywhere");
        }
        this.delimiter = delimiter.compact().unsafeArray();
        this.borders = borders(this.delimiter);
    }

    /// The length of the delimiter in bytes.
    public int size() {
        return delimiter.length;
    }

    /// The index of the first delimiter in `buffer`, or -1.
    ///
    /// After -1 the next buffer must begin with the bytes of this one, and the search goes on behind them. After an
    /// index the search starts afresh, with whatever buffer comes next. O(bytes not seen before), plus O(log
    /// fragments).
    ///
    /// @throws IllegalArgumentException if the buffer is shorter than the one of the last call, which returned -1
    public int indexIn(ByteString buffer) {
        if (buffer.size() < scanned) {
            throw new IllegalArgumentException("a buffer of " + buffer.size() + " bytes, of which " + scanned
                    + " are said to be scanned; call reset() when bytes are taken from its front");
        }
        int found = scan(buffer, scanned, buffer.size());
        if (found >= 0) {
            reset();
        } else {
            scanned = buffer.size();
        }
        return found;
    }

    /// Forgets what was scanned.
    public void reset() {
        scanned = 0;
        matched = 0;
    }

    /// The index of the first delimiter that ends in `(from, to]` and continues what has matched before `from`, or
    /// -1.
    int scan(ByteString buffer, int from, int to) {
        int at = from;
        for (var run = new FragmentCursor(buffer, from, to); run.length > 0; run.next()) {
            int end = endIn(run.array, run.offset, run.offset + run.length);
            if (end >= 0) {
                return at + end - run.offset - delimiter.length;
            }
            at += run.length;
        }
        return -1;
    }

    /// The index behind the last byte of the first delimiter that ends in `[from, to)`, or -1.
    private int endIn(byte[] array, int from, int to) {
        int at = from;
        int matched = this.matched;
        while (at < to) {
            if (matched == 0) {
                at = next(array, at, to);
                if (at < 0) {
                    break;
                }
                matched = 1;
                at++;
            } else if (array[at] == delimiter[matched]) {
                matched++;
                at++;
            } else {
                matched = borders.length == 0 ? 0 : borders[matched - 1];
            }
            if (matched == delimiter.length) {
                return at;
            }
        }
        this.matched = matched;
        return -1;
    }

    /// The first index at which the delimiter may begin, or -1.
    private int next(byte[] array, int from, int to) {
        return delimiter.length == 1
                ? Search.indexOf(array, from, to, delimiter[0])
                : Search.indexOfPair(array, from, to, delimiter[0], delimiter[1]);
    }

    private static int[] borders(byte[] pattern) {
        if (Search.indexOf(pattern, 1, pattern.length, pattern[0]) < 0) {
            return NO_BORDERS;
        }
        int[] borders = new int[pattern.length];
        int border = 0;
        for (int i = 1; i < pattern.length; i++) {
            while (border > 0 && pattern[i] != pattern[border]) {
                border = borders[border - 1];
            }
            if (pattern[i] == pattern[border]) {
                border++;
            }
            borders[i] = border;
        }
        return borders;
    }
}
