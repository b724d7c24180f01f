package dev.sluice.bytes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Contents, and byte strings of a given content in shapes built to be nasty.
final class Shapes {

    private static final String[] TEXTS = {"a", "Z", "\r\n", "é", "ß", "€", "漢字", "😀", "\0", "A-1"};

    private Shapes() {}

    /// Few different bytes, so that patterns occur; any bytes; or UTF-8, sometimes broken.
    static byte[] content(SplittableRandom random) {
        int size = random.nextInt(8) == 0 ? random.nextInt(3000) : random.nextInt(random.nextBoolean() ? 40 : 400);
        byte[] content = new byte[size];
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(content);
            case 1, 2 -> {
                for (int i = 0; i < size; i++) {
                    content[i] = (byte) "abAB\r\n\0\u00ff".charAt(random.nextInt(random.nextInt(8) + 1));
                }
            }
            default -> {
                StringBuilder text = new StringBuilder();
                while (text.length() < size / 2) {
                    text.append(TEXTS[random.nextInt(TEXTS.length)]);
                }
                content = text.toString().getBytes(StandardCharsets.UTF_8);
                if (content.length > 0 && random.nextBoolean()) {
                    content[random.nextInt(content.length)] = (byte) random.nextInt();
                }
            }
        }
        return content;
    }

    static ByteString shape(SplittableRandom random, byte[] content) {
        return shape(random, content, 4);
    }

    private static ByteString shape(SplittableRandom random, byte[] content, int depth) {
        return switch (random.nextInt(depth == 0 ? 3 : 9)) {
            case 0 -> ByteString.copyOf(content);
            case 1 -> sliceOfBiggerArray(random, content);
            case 2 -> ByteString.copyOf(direct(content));
            case 3 -> oneByteFragments(content);
            case 4 -> nestedSlice(random, content, depth);
            case 5 -> ByteString.concat(parts(random, content, depth));
            case 6 -> parts(random, content, depth).stream().reduce(ByteString.empty(), ByteString::append);
            case 7 -> unfused(parts(random, content, depth));
            default -> built(parts(random, content, depth));
        };
    }

    private static ByteString sliceOfBiggerArray(SplittableRandom random, byte[] content) {
        int before = random.nextInt(20);
        byte[] bigger = new byte[before + content.length + random.nextInt(20)];
        random.nextBytes(bigger);
        System.arraycopy(content, 0, bigger, before, content.length);
        return random.nextBoolean()
                ? ByteString.copyOf(bigger, before, content.length)
                : ByteString.unsafeWrap(bigger, before, content.length);
    }

    private static ByteBuffer direct(byte[] content) {
        return ByteBuffer.allocateDirect(content.length).put(content).flip();
    }

    private static ByteString oneByteFragments(byte[] content) {
        List<ByteString> parts = new ArrayList<>();
        for (byte b : content) {
            parts.add(ByteString.of(b));
        }
        return unfused(parts);
    }

    private static ByteString nestedSlice(SplittableRandom random, byte[] content, int depth) {
        int before = random.nextInt(200);
        byte[] bigger = new byte[before + content.length + random.nextInt(200)];
        random.nextBytes(bigger);
        System.arraycopy(content, 0, bigger, before, content.length);
        ByteString whole = shape(random, bigger, depth - 1);
        return random.nextBoolean()
                ? whole.slice(before, before + content.length)
                : whole.drop(before).take(content.length);
    }

    /// The content in pieces, some of them empty.
    private static List<ByteString> parts(SplittableRandom random, byte[] content, int depth) {
        List<ByteString> parts = new ArrayList<>();
        int at = 0;
        while (at < content.length) {
            int length = Math.min(content.length - at, random.nextInt(random.nextBoolean() ? 10 : 1000));
            parts.add(shape(random, Arrays.copyOfRange(content, at, at + length), depth - 1));
            at += length;
        }
        return parts;
    }

    /// A rope whose small fragments are not made one.
    static ByteString unfused(List<ByteString> parts) {
        ByteString all = ByteString.empty();
        for (ByteString part : parts) {
            if (all.isEmpty()) {
                all = part;
            } else if (!part.isEmpty()) {
                all = Rope.attach(all, part);
            }
        }
        return all;
    }

    private static ByteString built(List<ByteString> parts) {
        var builder = new ByteStringBuilder(16);
        parts.forEach(builder::put);
        return builder.result();
    }
}
