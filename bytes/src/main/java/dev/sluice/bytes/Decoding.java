package dev.sluice.bytes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// Bytes to text, fragment by fragment: nothing here compacts a rope first.
final class Decoding {

    /// No UTF-8 sequence is longer.
    private static final int LONGEST_SEQUENCE = 4;

    private Decoding() {}

    static String string(ByteString bytes, Charset charset) {
        if (bytes instanceof Fragment fragment) {
            return piece(fragment.array, fragment.offset, fragment.end(), charset);
        }
        if (charset.equals(UTF_8)) {
            return String.join("", utf8Pieces(bytes));
        }
        if (charset.equals(ISO_8859_1) || charset.equals(US_ASCII)) {
            List<String> pieces = new ArrayList<>();
            for (var run = new FragmentCursor(bytes); run.length > 0; run.next()) {
                pieces.add(piece(run.array, run.offset, run.offset + run.length, charset));
            }
            return String.join("", pieces);
        }
        try {
            return decode(bytes, charset.newDecoder(), CodingErrorAction.REPLACE);
        } catch (CharacterCodingException e) {
            throw new AssertionError("replaces what it cannot decode", e);
        }
    }

    static String strictString(ByteString bytes, Charset charset) throws CharacterCodingException {
        return decode(bytes, charset.newDecoder(), CodingErrorAction.REPORT);
    }

    static String hex(ByteString bytes) {
        HexFormat format = HexFormat.of();
        if (bytes instanceof Fragment fragment) {
            return format.formatHex(fragment.array, fragment.offset, fragment.end());
        }
        StringBuilder hex = new StringBuilder(Math.multiplyExact(2, bytes.size));
        for (var run = new FragmentCursor(bytes); run.length > 0; run.next()) {
            format.formatHex(hex, run.array, run.offset, run.offset + run.length);
        }
        return hex.toString();
    }

    static String base64(ByteString bytes, Base64.Encoder encoder) {
        if (bytes instanceof Fragment fragment && fragment.isWholeArray()) {
            return encoder.encodeToString(fragment.array);
        }
        var text = new ByteArrayOutputStream(Math.toIntExact((bytes.size + 2L) / 3 * 4));
        try (var out = encoder.wrap(text)) {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(ISO_8859_1);
    }

    /// Cuts the bytes only where the decoder of the whole would be between two characters. That is before each byte
    /// that begins a sequence, malformed input included: a decoder never takes such a byte as the continuation of
    /// another sequence.
    private static List<String> utf8Pieces(ByteString bytes) {
        List<String> pieces = new ArrayList<>();
        byte[] split = new byte[LONGEST_SEQUENCE];
        int splitLength = 0;
        for (var run = new FragmentCursor(bytes); run.length > 0; run.next()) {
            int at = run.offset;
            int end = run.offset + run.length;
            if (splitLength > 0) {
                while (at < end && splitLength < LONGEST_SEQUENCE && continues(run.array[at])) {
                    split[splitLength++] = run.array[at++];
                }
                if (at == end && splitLength < LONGEST_SEQUENCE) {
                    continue;
                }
                pieces.add(piece(split, 0, splitLength, UTF_8));
            }
            int cut = lastCut(run.array, at, end);
            pieces.add(piece(run.array, at, cut, UTF_8));
            splitLength = end - cut;
            System.arraycopy(run.array, cut, split, 0, splitLength);
        }
        pieces.add(piece(split, 0, splitLength, UTF_8));
        return pieces;
    }

    /// The start of the sequence that may go on behind `end`, or `end` if there is none.
    private static int lastCut(byte[] utf8, int from, int end) {
        for (int at = end - 1; at >= from && at > end - LONGEST_SEQUENCE; at--) {
            if (!continues(utf8[at])) {
                return utf8[at] < 0 ? at : end;
            }
        }
        return end;
    }

    private static boolean continues(byte utf8) {
        return (utf8 & 0xc0) == 0x80;
    }

    private static String piece(byte[] array, int from, int to, Charset charset) {
        return new String(array, from, to - from, charset);
    }

    /// Feeds the decoder run by run. What it leaves of one run, the start of a character, is put in front of the next
    /// bytes.
    private static String decode(ByteString bytes, CharsetDecoder decoder, CodingErrorAction onError)
            throws CharacterCodingException {
        decoder.onMalformedInput(onError).onUnmappableCharacter(onError);
        CharBuffer chars =
                CharBuffer.allocate((int) Math.min(8192, bytes.size * (double) decoder.maxCharsPerByte() + 1));
        StringBuilder text = new StringBuilder(chars.capacity());
        ByteBuffer rest = ByteBuffer.allocate(16).flip();
        for (var run = new FragmentCursor(bytes); run.length > 0; run.next()) {
            ByteBuffer in = ByteBuffer.wrap(run.array, run.offset, run.length);
            while (rest.hasRemaining() && in.hasRemaining()) {
                rest.compact().put(in.get()).flip();
                step(decoder, rest, chars, text, false);
            }
            step(decoder, in, chars, text, false);
            if (in.hasRemaining()) {
                rest.compact().put(in).flip();
            }
        }
        step(decoder, rest, chars, text, true);
        return text.toString();
    }

    private static void step(CharsetDecoder decoder, ByteBuffer in, CharBuffer chars, StringBuilder text, boolean end)
            throws CharacterCodingException {
        CoderResult result;
        do {
            result = decoder.decode(in, chars, end);
            if (end && result.isUnderflow()) {
                result = decoder.flush(chars);
            }
            if (result.isError()) {
                result.throwException();
            }
            text.append(chars.array(), 0, chars.position());
            chars.clear();
        } while (result.isOverflow());
    }
}
