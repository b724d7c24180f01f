package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Text of all shapes, against what the JDK makes of the array.
class DecodingModelTest {

    private static final List<Charset> CHARSETS = List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.US_ASCII,
            StandardCharsets.UTF_16,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_32BE,
            Charset.forName("windows-1252"));

    @Test
    void charsets() {
        Cases.forAll(4000, (random, model, bytes) -> {
            assertThat(bytes.utf8()).isEqualTo(new String(model, StandardCharsets.UTF_8));
            assertThat(bytes.ascii()).isEqualTo(new String(model, StandardCharsets.US_ASCII));
            for (Charset charset : CHARSETS) {
                assertThat(bytes.string(charset)).as("%s", charset).isEqualTo(new String(model, charset));
            }
        });
    }

    @Test
    void strictness() {
        Cases.forAll(2000, (random, model, bytes) -> {
            Charset charset = CHARSETS.get(random.nextInt(CHARSETS.size()));
            String expected;
            try {
                expected = charset.newDecoder().decode(ByteBuffer.wrap(model)).toString();
            } catch (CharacterCodingException e) {
                assertThatThrownBy(() -> bytes.strictString(charset)).isInstanceOf(CharacterCodingException.class);
                return;
            }
            assertThat(bytes.strictString(charset)).isEqualTo(expected);
        });
    }

    @Test
    void malformedUtf8() {
        byte[] lanes = {
            'a', (byte) 0x80, (byte) 0xbf, (byte) 0xc2, (byte) 0xe0, (byte) 0xe2, (byte) 0xf0, (byte) 0xf4, -1
        };
        Cases.forAll(2000, (random, ignored, alsoIgnored) -> {
            byte[] model = new byte[random.nextInt(20)];
            for (int i = 0; i < model.length; i++) {
                model[i] = lanes[random.nextInt(lanes.length)];
            }
            ByteString bytes = Shapes.shape(random, model);
            assertThat(bytes.utf8()).isEqualTo(new String(model, StandardCharsets.UTF_8));
        });
    }

    @Test
    void hexAndBase64() {
        Cases.forAll(2000, (random, model, bytes) -> {
            assertThat(bytes.hex()).isEqualTo(HexFormat.of().formatHex(model));
            assertThat(bytes.base64()).isEqualTo(Base64.getEncoder().encodeToString(model));
            assertThat(bytes.base64Url())
                    .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(model));
            assertThat(ByteString.fromHex(bytes.hex())).isEqualTo(bytes);
            assertThat(ByteString.fromBase64(bytes.base64())).isEqualTo(bytes);
            assertThat(ByteString.fromBase64Url(bytes.base64Url())).isEqualTo(bytes);
        });
    }

    @Test
    void strings() {
        Cases.forAll(1000, (random, model, bytes) -> {
            String text = new String(model, StandardCharsets.UTF_8);
            assertThat(ByteString.fromUtf8(text).utf8()).isEqualTo(text);
            assertThat(ByteString.fromString(text, StandardCharsets.UTF_16BE).string(StandardCharsets.UTF_16BE))
                    .isEqualTo(text);
            assertThat(ByteString.fromUtf8(text).startsWith(text)).isTrue();
            assertThat(ByteString.fromUtf8("<" + text).endsWith(text)).isTrue();
        });
    }

    @Test
    void numbers() {
        Cases.forAll(1000, (random, model, bytes) -> {
            long number = random.nextLong() >> random.nextInt(64);
            int radix = random.nextInt(Character.MIN_RADIX, Character.MAX_RADIX + 1);
            ByteString digits =
                    Shapes.shape(random, Long.toString(number, radix).getBytes(StandardCharsets.US_ASCII));
            assertThat(digits.parseLong(radix)).isEqualTo(number);
            ByteString decimal = ByteString.fromUtf8(Long.toString(number));
            assertThat(decimal.parseLong()).isEqualTo(number);
            assertThatThrownBy(() -> decimal.append(ByteString.of('-')).parseLong())
                    .isInstanceOf(NumberFormatException.class);
        });
    }
}
