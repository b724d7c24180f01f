package dev.sluice.bench.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many connections, how large each message, and how many messages are in flight on each connection.
public record Shape(int connections, int bytes, int depth) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,7})x(\\d{1,9})x(\\d{1,6})");

    /// Checks the numbers.
    public Shape {
        if (connections < 1 || depth < 1) {
            throw new IllegalArgumentException("connections and messages in flight must be 1 or more");
        }
        if (bytes < Messages.HEADER || bytes > Messages.LARGEST) {
            throw new IllegalArgumentException(
                    "a message has from " + Messages.HEADER + " to " + Messages.LARGEST + " bytes, not " + bytes);
        }
    }

    /// Whether a text, such as `64x64x1`, can be a shape.
    public static boolean isShape(String text) {
        return TEXT.matcher(text).matches();
    }

    /// The shape of a text such as `64x64x1`.
    public static Shape of(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text + " is not CONNECTIONSxBYTESxDEPTH");
        }
        return new Shape(number(parts, 1), number(parts, 2), number(parts, 3));
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    @Override
    public String toString() {
        return connections + "x" + bytes + "x" + depth;
    }
}
