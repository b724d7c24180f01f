package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostTest {
    private static final List<String> COMMAND = List.of("server");

    private static Host with(String processors) {
        return new Host(Host.processors(processors), true, true, 100_000);
    }

    @Test
    void processorsAreReadFromTheSystemsList() {
        assertThat(Host.processors("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
    }

    @Test
    void serverAndLoadGetProcessorsOfTheirOwn() {
        assertThat(with("2-3").pinServer(1, COMMAND)).containsExactly("taskset", "-c", "2", "server");
        assertThat(with("2-3").pinLoad(COMMAND)).containsExactly("taskset", "-c", "3", "server");
        assertThat(with("0-3").pinServer(2, COMMAND)).containsExactly("taskset", "-c", "0,1", "server");
    }

    @Test
    void serverWithMoreLoopsThanThereIsRoomForIsNotPinned() {
        assertThat(with("0-1").pinServer(2, COMMAND)).isEqualTo(COMMAND);
    }

    @Test
    void withoutTasksetOrOnOneProcessorNothingIsPinned() {
        assertThat(with("0").pinServer(1, COMMAND)).isEqualTo(COMMAND);
        var bare = new Host(List.of(0, 1), false, true, 100_000);
        assertThat(bare.pinLoad(COMMAND)).isEqualTo(COMMAND);
        assertThat(bare.shortcomings(List.of())).singleElement().asString().contains("taskset");
    }

    @Test
    void workloadWithMoreConnectionsThanDescriptorsIsLeftOut() {
        var host = new Host(List.of(0, 1), true, true, 4096);
        var idle = Workload.named("idle").getFirst();
        assertThat(host.cannot(idle, LoadGenerator.JAVA)).contains("10200", "4096", "ulimit");
        assertThat(host.cannot(Workload.named("64x64x1").getFirst(), LoadGenerator.JAVA))
                .isNull();
    }

    @Test
    void withoutCompilerThereAreNoDatagrams() {
        var host = new Host(List.of(0, 1), true, false, 100_000);
        assertThat(host.cannot(Workload.named("udp-send-run").getFirst(), LoadGenerator.JAVA))
                .contains("cc");
    }

    @Test
    void loadGeneratorInCHasNoOpenLoop() {
        assertThat(with("0-1").cannot(Workload.named("open").getFirst(), LoadGenerator.C))
                .isNotNull();
        assertThat(with("0-1").cannot(Workload.named("churn").getFirst(), LoadGenerator.C))
                .isNull();
    }
}
