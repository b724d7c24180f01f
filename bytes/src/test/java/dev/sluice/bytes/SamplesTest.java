package dev.sluice.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.GatheringByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The code of `docs/bytes.md`: each block there is the region of the same name here.
class SamplesTest {

    private static final Path DOCUMENT = Path.of("../docs/bytes.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/sluice/bytes/SamplesTest.java");

    @Test
    void sharing() {
        // sample: sharing
        ByteString head = ByteString.fromUtf8("HTTP/1.1 200 OK\r\n\r\n");
        ByteString body = ByteString.zeros(100_000);
        ByteString response = head.append(body); // shares both, copies nothing
        ByteString again = response.drop(head.size()); // the body, still the same array
        assert again.equals(body) && again.hashCode() == body.hashCode();
        // end
        assertThat(again).isEqualTo(body);
    }

    @Test
    void framing() {
        List<String> handled = new ArrayList<>();
        ByteString received = ByteString.fromUtf8("one\r\ntwo\r\nthr");
        // sample: framing
        DelimiterSearch lineEnd = new DelimiterSearch(ByteString.fromUtf8("\r\n"));
        ByteString buffer = ByteString.empty();
        // for each chunk received:
        buffer = buffer.append(received);
        for (int at; (at = lineEnd.indexIn(buffer)) >= 0; buffer = buffer.drop(at + lineEnd.size())) {
            handled.add(buffer.take(at).utf8());
        }
        // end
        assertThat(handled).containsExactly("one", "two");
        assertThat(buffer.utf8()).isEqualTo("thr");
    }

    @Test
    void building() {
        // sample: building
        ByteStringBuilder out = new ByteStringBuilder();
        var length = out.reserve(4);
        out.putShort(7).putVarint(300).putPrefixedUtf8("key", 1);
        length.fillLength();
        ByteString frame = out.result(); // the builder can go on
        // end
        assertThat(frame.hex()).isEqualTo("000000080007ac02036b6579");
    }

    @Test
    void reading() {
        ByteString frame = ByteString.fromHex("000000080007ac02036b6579");
        // sample: reading
        ByteStringReader in = frame.reader();
        if (in.remaining() >= 4 && in.peekInt() <= in.remaining() - 4) {
            ByteStringReader payload = in.readBytes(in.readInt()).reader(); // a slice, not a copy
            int kind = payload.readUnsignedShort();
            long number = payload.readVarint();
            String key = payload.readUtf8(payload.readUnsignedByte());
            assert kind == 7 && number == 300 && key.equals("key");
        }
        // end
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void sending() throws IOException {
        ByteString bytes = ByteString.zeros(1000).append(ByteString.zeros(1000));
        StutteringChannel channel = new StutteringChannel(1500);
        assertThat(send(bytes, channel)).isEqualTo(bytes.drop(1500));
    }

    // sample: sending
    /// Offers all to a non-blocking channel and returns what is left for later.
    static ByteString send(ByteString bytes, GatheringByteChannel channel) throws IOException {
        long taken = bytes.writeTo(channel); // one gathered write, no copy into one buffer
        return bytes.drop((int) taken);
    }
    // end

    @Test
    void retaining() {
        ByteString chunk = ByteString.zeros(128 << 10);
        // sample: retaining
        ByteString id = chunk.slice(20, 36); // 16 bytes that keep 128 KiB alive
        assert id.retainedSize() == 128 << 10;
        ByteString kept = id.trim(); // 16 bytes that keep 16 bytes alive
        // end
        assertThat(kept.retainedSize()).isEqualTo(16);
    }

    @Test
    void documentShowsThisCode() throws IOException {
        String source = Files.readString(SOURCE);
        List<MatchResult> blocks = Pattern.compile("<!-- sample: (\\w+) -->\n```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCUMENT))
                .results()
                .toList();
        assertThat(blocks).hasSize(6);
        for (MatchResult block : blocks) {
            String begin = "// sample: " + block.group(1) + "\n";
            int from = source.indexOf(begin);
            assertThat(from).as(block.group(1)).isPositive();
            String region = source.substring(from + begin.length(), source.indexOf("// end\n", from));
            String shown = region.substring(0, region.lastIndexOf('\n')).stripIndent();
            assertThat(block.group(2)).isEqualTo(shown + "\n");
        }
    }
}
