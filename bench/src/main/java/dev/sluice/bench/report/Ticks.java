package dev.sluice.bench.report;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Round numbers for an axis.
final class Ticks {
    private Ticks() {}

    /// From zero on, in steps of 1, 2 or 5 times a power of ten.
    static DoubleStream linear(double limit, int most) {
        var power = Math.pow(10, Math.floor(Math.log10(limit / most)));
        var step = DoubleStream.of(1, 2, 5, 10)
                .map(factor -> factor * power)
                .filter(candidate -> limit / candidate <= most)
                .findFirst()
                .orElseThrow();
        return IntStream.rangeClosed(0, (int) (limit / step + 1e-9)).mapToDouble(i -> i * step);
    }

    /// 1, 2 and 5 times each power of ten between two limits.
    static DoubleStream logarithmic(double from, double to) {
        return IntStream.rangeClosed((int) Math.floor(Math.log10(from)), (int) Math.ceil(Math.log10(to)))
                .boxed()
                .flatMapToDouble(power -> DoubleStream.of(1, 2, 5).map(factor -> factor * Math.pow(10, power)))
                .filter(tick -> tick >= from && tick <= to);
    }
}
