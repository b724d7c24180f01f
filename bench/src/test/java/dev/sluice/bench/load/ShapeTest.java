package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
    @Test
    void isConnectionsBytesAndDepth() {
        assertThat(Shape.of("8x65536x4")).isEqualTo(new Shape(8, 65536, 4)).hasToString("8x65536x4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "64x64", "64x64x1x1", "axbxc", "-1x64x1", "64x64x1 ", "99999999999x64x1"})
    void anythingElseIsNone(String text) {
        assertThat(Shape.isShape(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x64x1", "64x7x1", "64x64x0", "1x999999999x1"})
    void numbersHaveLimits(String text) {
        assertThatThrownBy(() -> Shape.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
