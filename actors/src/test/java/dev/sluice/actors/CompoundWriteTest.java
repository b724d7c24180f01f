package dev.sluice.actors;

import static dev.sluice.actors.Net.MUCH;
import static dev.sluice.actors.Net.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.actors.Tcp.Close;
import dev.sluice.actors.Tcp.Closed;
import dev.sluice.actors.Tcp.CommandFailed;
import dev.sluice.actors.Tcp.CompoundWrite;
import dev.sluice.actors.Tcp.ErrorClosed;
import dev.sluice.actors.Tcp.Register;
import dev.sluice.actors.Tcp.SimpleWriteCommand;
import dev.sluice.actors.Tcp.Write;
import dev.sluice.actors.Tcp.WriteCommand;
import dev.sluice.bytes.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several writes as one command.
@EveryProfile
class CompoundWriteTest {
    private final Net net;

    CompoundWriteTest(Setup setup) {
        net = new Net(setup);
    }

    @AfterEach
    void close() throws Exception {
        net.close();
    }

    private static Write text(String text, Object ack) {
        return new Write(ByteString.fromUtf8(text), ack);
    }

    private static Write text(String text) {
        return new Write(ByteString.fromUtf8(text));
    }

    /// B098, B099, B103.
    @Test
    void partsAreWrittenInOrderAndEachAcked() throws Exception {
        var link = net.link();
        var writer = net.probe();
        var compound = text("test1", "ack1")
                .append(text("test2"))
                .append(new Write(ByteString.empty(), "ack3"))
                .append(text("test4", "ack4"));
        writer.send(link.connection(), compound);
        writer.expectThis("ack1");
        writer.expectThis("ack3");
        writer.expectThis("ack4");
        assertThat(link.peer().readText(15)).isEqualTo("test1test2test4");
        writer.expectNothingFrom(link.connection());
    }

    /// B103.
    @Test
    void writesAreCombinedInOrder() {
        Write a = text("a");
        Write b = text("b");
        Write c = text("c");
        Write d = text("d");
        assertThat(b.prepend(a).parts()).containsExactly(a, b);
        assertThat(d.prepend(List.of(a, b.append(c))).parts()).containsExactly(a, b, c, d);
        assertThat(a.append(b.append(c)).append(d)).containsExactly(a, b, c, d);
        assertThat(WriteCommand.create(List.of(a, b, c.append(d))).parts()).containsExactly(a, b, c, d);
        assertThat(WriteCommand.create(List.of())).isSameAs(Write.empty());
        assertThat(a.wantsAck()).isFalse();
        assertThat(new Write(ByteString.empty(), "ack").wantsAck()).isTrue();
    }

    /// B098.
    @Test
    void nothingComesBetweenItsParts() throws Exception {
        var link = net.registered(handler -> new Register(handler, false, false));
        var parts = new ArrayList<SimpleWriteCommand>();
        for (int i = 0; i < 1_000; i++) {
            parts.add(new Write(bytes(5_000), i));
        }
        link.handler().send(link.connection(), WriteCommand.create(parts));
        var other = net.probe();
        other.send(link.connection(), text("!", "!"));
        assertThat(link.peer().read(5_000_000)).isEqualTo(bytes(5_000).repeat(1_000));
        for (int i = 0; i < 1_000; i++) {
            assertThat(link.handler().next()).isEqualTo(i);
        }
        if (!(other.next() instanceof CommandFailed)) {
            assertThat(link.peer().readText(1)).isEqualTo("!");
        }
    }

    /// B100, B085.
    @Test
    void itIsRefusedAsAWhole() throws Exception {
        var link = net.registered(handler -> new Register(handler, false, false));
        link.makeBusy("first");
        var compound = text("small", "no").append(new Write(bytes(300 * 1024), "no"));
        link.handler().send(link.connection(), compound);
        assertThat(link.handler().expect(CommandFailed.class).cmd()).isSameAs(compound);
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll().size()).isEqualTo(MUCH);
        link.handler().expectThis("first");
        link.handler().expect(Closed.class);
    }

    /// B101, B172.
    @Test
    void whatIsFinishedStaysAckedWhenTheConnectionIsLost() throws Exception {
        var link = net.link();
        var writer = net.probe();
        writer.send(link.connection(), text("first", "first").append(new Write(bytes(MUCH), "never")));
        writer.expectThis("first");
        assertThat(link.peer().readText(5)).isEqualTo("first");
        link.peer().reset();
        writer.expect(ErrorClosed.class);
        link.handler().expect(ErrorClosed.class);
        writer.expectNothing();
    }

    /// B102, B141.
    @Test
    void closeFlushesAllParts() throws Exception {
        var link = net.link();
        link.handler().send(link.connection(), new Write(bytes(MUCH), "one").append(text("end", "two")));
        link.handler().send(link.connection(), new Close());
        assertThat(link.peer().readAll()).isEqualTo(bytes(MUCH).append(ByteString.fromUtf8("end")));
        link.handler().expectThis("one");
        link.handler().expectThis("two");
        link.handler().expect(Closed.class);
    }

    /// B103.
    @Test
    void itMayBeVeryLong() throws Exception {
        var link = net.link();
        WriteCommand all = text("!", "all");
        for (int i = 0; i < 50_000; i++) {
            all = all.prepend(text("."));
        }
        assertThat(all).isInstanceOf(CompoundWrite.class);
        link.handler().send(link.connection(), all);
        assertThat(link.peer().readText(50_001)).endsWith("..!");
        link.handler().expectThis("all");
    }
}
