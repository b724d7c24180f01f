package dev.sluice.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layouts and numbers against tables that a C program has printed, `src/test/c/layout.c`.
class LayoutTest {
    private static final Path C = Path.of("src", "test", "c");

    private static final Map<Class<?>, String> STRUCTS = Map.ofEntries(
            Map.entry(EpollEvent.class, "epoll_event"),
            Map.entry(SockaddrIn.class, "sockaddr_in"),
            Map.entry(SockaddrIn6.class, "sockaddr_in6"),
            Map.entry(SockaddrUn.class, "sockaddr_un"),
            Map.entry(SockaddrStorage.class, "sockaddr_storage"),
            Map.entry(Iovec.class, "iovec"),
            Map.entry(Msghdr.class, "msghdr"),
            Map.entry(Mmsghdr.class, "mmsghdr"),
            Map.entry(Cmsghdr.class, "cmsghdr"),
            Map.entry(IpMreqn.class, "ip_mreqn"),
            Map.entry(GroupSourceReq.class, "group_source_req"),
            Map.entry(Linger.class, "linger"),
            Map.entry(Rlimit.class, "rlimit"),
            Map.entry(Ucred.class, "ucred"));

    private static String machine() {
        return System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    }

    private static Map<String, Integer> table(String machine) throws IOException {
        var table = new TreeMap<String, Integer>();
        for (var line : Files.readAllLines(C.resolve("layout-" + machine + ".txt"))) {
            int space = line.lastIndexOf(' ');
            table.put(line.substring(0, space), Integer.valueOf(line.substring(space + 1)));
        }
        return table;
    }

    /// What the classes of this module say, under the names of the table.
    private static Map<String, Integer> known() throws IllegalAccessException {
        var known = new TreeMap<String, Integer>();
        for (var struct : STRUCTS.entrySet()) {
            put(struct.getKey(), "struct " + struct.getValue(), known);
        }
        put(Constants.class, "", known);
        for (var errno : Errno.values()) {
            known.put(errno.name(), errno.number);
        }
        return known;
    }

    private static void put(Class<?> type, String struct, Map<String, Integer> to) throws IllegalAccessException {
        for (var field : type.getDeclaredFields()) {
            if (field.getType() != int.class || !Modifier.isStatic(field.getModifiers())) {
                continue;
            }
            field.setAccessible(true);
            String name = field.getName();
            if (name.equals("SIZE")) {
                to.put(struct, field.getInt(null));
            } else if (name.equals("MOST")) {
                to.put("UIO_MAXIOV", field.getInt(null));
            } else if (struct.isEmpty() || name.startsWith("RLIMIT")) {
                to.put(name, field.getInt(null));
            } else if (!name.endsWith("_BYTES") && !name.startsWith("LONGEST")) { // our own
                to.put(struct + "." + name.toLowerCase(Locale.ROOT), field.getInt(null));
            }
        }
    }

    @Test
    void allThatIsKnownIsAsTheTableOfThisMachineSays() throws Exception {
        assertThat(known()).hasSizeGreaterThan(100).isEqualTo(table(machine()));
    }

    /// All but the packing of one struct is the same on both; a byte order or a packing of its own would show
    /// here.
    @ParameterizedTest
    @ValueSource(strings = {"x86_64", "aarch64"})
    void machinesDifferInThePackingOfEpollEventsOnly(String machine) throws Exception {
        var here = known();
        boolean packed = machine.equals("x86_64");
        here.put("struct epoll_event", packed ? 12 : 16);
        here.put("struct epoll_event.data", packed ? 4 : 8);
        assertThat(here).isEqualTo(table(machine));
    }

    @Test
    void theTableIsWhatTheCompilerOfThisMachineSays(@TempDir Path directory) throws Exception {
        boolean compiler = Files.isExecutable(Path.of("/usr/bin/cc"));
        if (!compiler) {
            System.out.println("SKIPPED the layout of this machine: there is no /usr/bin/cc");
        }
        assumeTrue(compiler, "no C compiler");
        var program = directory.resolve("layout").toString();
        assertThat(run("/usr/bin/cc", "-o", program, C.resolve("layout.c").toString()))
                .isEmpty();
        assertThat(run(program)).isEqualTo(Files.readString(C.resolve("layout-" + machine() + ".txt")));
    }

    private static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
