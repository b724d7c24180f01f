package dev.sluice.bench.udp;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/// Counts datagrams after a warm-up, with the CPU time of the process, and ends the process when its time is
/// over. For one thread.
final class Meter {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final double warmup;
    private final double secs;

    /// 0 until the first datagram.
    private long begin;

    /// 0 until the warm-up is over.
    private long start;

    private long startCpu;
    private long count;
    private long nextLook;

    Meter(double warmup, double secs) {
        this.warmup = warmup;
        this.secs = secs;
    }

    /// Some datagrams have been moved. Looks at the clock every thousand of them.
    void moved(int datagrams) {
        count += datagrams;
        if (count >= nextLook) {
            nextLook = count + 1000;
            look(System.nanoTime());
        }
    }

    private void look(long now) {
        if (begin == 0) {
            begin = now;
        } else if (start == 0 && now - begin > warmup * 1e9) {
            count = 0;
            nextLook = 0;
            startCpu = SYSTEM.getProcessCpuTime();
            start = System.nanoTime();
        } else if (start != 0 && now - start > secs * 1e9) {
            tell((now - start) / 1e9, (SYSTEM.getProcessCpuTime() - startCpu) / 1e3);
        }
    }

    private void tell(double seconds, double cpuMicros) {
        System.out.printf(
                Locale.ROOT,
                "{\"seconds\":%.6f,\"messages\":%d,\"serverCpuMicros\":%.0f,\"loadCpuMicros\":0,\"errors\":0}%n",
                seconds,
                count,
                cpuMicros);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }
}
