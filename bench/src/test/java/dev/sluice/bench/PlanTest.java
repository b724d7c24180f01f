package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.Workload.Datagrams;
import dev.sluice.bench.Workload.Echo;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static Plan plan(String workload, String... peers) {
        return new Plan(1, 1, Workload.named(workload), List.of(peers), 1, 1);
    }

    private static List<String> names(Plan plan) {
        return plan.entries((Echo) plan.workloads().getFirst()).stream()
                .map(Entry::name)
                .toList();
    }

    @Test
    void everyNameHasWorkloads() {
        for (var name : Workload.NAMES) {
            assertThat(Workload.named(name)).isNotEmpty();
        }
    }

    @Test
    void unknownWorkloadTellsWhichThereAre() {
        assertThatThrownBy(() -> Workload.named("fast"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("fast", "64x64x1", "churn", "udp");
    }

    @Test
    void floorComesFirstHoweverPeersAreNamed() {
        assertThat(names(plan("64x64x1", "futures:linux", "c", "sockets:nio")))
                .containsExactly("c", "sockets:nio", "futures:linux");
    }

    @Test
    void severalLoopsAreMeasuredBesideOne() {
        assertThat(names(plan("loops2", "c", "sockets:linux", "threads")))
                .containsExactly("c", "sockets:linux", "sockets:linux/2");
    }

    @Test
    void waysToSpreadConnectionsAreMeasuredWithOneLoopAndWithTwo() {
        for (var workload : Workload.named("accept")) {
            var plan = new Plan(1, 1, List.of(workload), List.of("c", "hand-over", "reuse-port", "threads"), 1, 1);
            assertThat(names(plan)).containsExactly("c", "hand-over", "hand-over/2", "reuse-port", "reuse-port/2");
        }
        assertThat(Workload.named("accept").stream().map(Workload::name))
                .containsExactly("accept-64x64x1", "accept-churn");
    }

    @Test
    void growthIsMeasuredWithFewConnectionsAndWithMany() {
        assertThat(Workload.named("growth").stream().map(Workload::name))
                .containsExactly("idle-1000", "idle-2500", "idle-5000", "idle-10000")
                .endsWith(Workload.named("idle").getFirst().name());
        assertThat(Workload.named("idle-300")).containsExactly(new Workload.Idle(300));
        assertThatThrownBy(() -> Workload.named("idle-0")).hasMessageContaining("idle-CONNECTIONS");
    }

    @Test
    void datagramsHaveBothSidesAndThreeModes() {
        assertThat(Workload.named("udp").stream().map(Workload::name))
                .containsExactly(
                        "udp-send-single",
                        "udp-send-batch",
                        "udp-send-run",
                        "udp-receive-single",
                        "udp-receive-batch",
                        "udp-receive-run");
    }

    @Test
    void jdkHasNoBatchesOfDatagrams() {
        var plan = plan("udp", "c", "sockets", "jdk");
        assertThat(plan.entries(new Datagrams("send", "single"))).containsExactly("c", "sockets", "jdk");
        assertThat(plan.entries(new Datagrams("send", "batch"))).containsExactly("c", "sockets");
    }

    @Test
    void eachStartHasItsShareOfTheRounds() {
        var plan = new Plan(3, 10, List.of(), List.of(), 1, 2);
        assertThat(plan.roundsOf(1)).containsExactly(1, 2, 3);
        assertThat(plan.roundsOf(2)).containsExactly(4, 5, 6);
        assertThat(plan.roundsOf(3)).containsExactly(7, 8, 9, 10);
        assertThat(plan.secondsAtOnce()).isEqualTo(20.0 / 3);
    }

    @Test
    void aStartWithoutARoundIsRefused() {
        assertThatThrownBy(() -> new Plan(3, 2, List.of(), List.of(), 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a round for each start");
    }

    @Test
    void peersHaveNamesOfTheirOwn() {
        assertThat(Peer.names()).doesNotHaveDuplicates().allMatch(Peer::isKnown);
        assertThat(Peer.isKnown("nobody")).isFalse();
    }
}
