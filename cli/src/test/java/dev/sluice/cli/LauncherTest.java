package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `sluice`, in a checkout of its own with a Maven and JDKs that only pretend.
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "sluice").toAbsolutePath().normalize();

    /// What the script may call, beside Maven and Java.
    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "dirname",
            "readlink",
            "sed",
            "tr",
            "find",
            "mkdir",
            "rmdir",
            "rm",
            "ln",
            "cp",
            "mv",
            "grep",
            "tee",
            "sleep");

    /// "Builds" two modules; fails if it is told to, or if another one builds.
    private static final String MAVEN = """
            echo "$JAVA_HOME: $*" >>"$HOME/maven.calls"
            mkdir "$HOME/building" || exit 9
            echo '[INFO] Building Sluice: the command line 0.1.0-SNAPSHOT                 [2/2]'
            echo '[INFO] Tests run: 7, Failures: 0'
            [ ! -e "$HOME/flakes" ] || echo '[WARNING] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Flakes: 2'
            echo '[INFO] some noise'
            echo '[ERROR] what is wrong'
            mkdir -p "$HOME/check out/cli/target/lib"
            : >"$HOME/check out/cli/target/lib/sluice-bytes-1.jar"
            : >"$HOME/check out/cli/target/sluice-cli-1.jar"
            rmdir "$HOME/building"
            [ ! -e "$HOME/maven.fails" ] || exit 3
            """;

    @TempDir
    private Path home;

    private Path checkout;
    private Path bin;
    private Path jdks;
    private Path source;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(home.resolve("check out"));
        bin = Files.createDirectories(home.resolve("bin"));
        jdks = Files.createDirectories(home.resolve("some jdks"));
        source = Files.createDirectories(checkout.resolve("bytes/src/main")).resolve("A.java");
        Files.writeString(source, "");
        for (var pom : List.of("pom.xml", "bytes/pom.xml", "cli/pom.xml", "cli/src/main/B.java")) {
            Files.createDirectories(checkout.resolve(pom).getParent());
            Files.writeString(checkout.resolve(pom), "");
        }
        Files.copy(SCRIPT, checkout.resolve("sluice"));
        for (var tool : TOOLS) {
            executable(bin.resolve(tool), "exec " + find(tool) + " \"$@\"");
        }
        executable(bin.resolve("mvn"), MAVEN);
        makeJdk("17.0.1");
    }

    private static Path find(String tool) {
        return List.of("/bin", "/usr/bin").stream()
                .map(directory -> Path.of(directory, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void executable(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path makeJdk(String version) throws IOException {
        var jdk = jdks.resolve("jdk " + version);
        executable(jdk.resolve("bin/java"), "printf '<%s>' \"$@\"");
        executable(jdk.resolve("bin/javac"), "");
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private ProcessBuilder command(String... arguments) {
        var builder = new ProcessBuilder("sh", checkout.resolve("sluice").toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(home.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("SLUICE_JDK_PLACES", "/nowhere:" + jdks);
        return builder;
    }

    private Program.Result sluice(String... arguments) throws IOException {
        return Program.start(command(arguments)).await();
    }

    private List<String> mavenCalls() throws IOException {
        var calls = home.resolve("maven.calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void withoutArgumentsListsTheCommandsAndBuildsNothing() throws Exception {
        var end = sluice();
        assertThat(end.out()).contains("demo", "echo", "telnet", "test", "build", "bench", "jmh", "format");
        assertThat(end.exit()).isZero();
        assertThat(mavenCalls()).isEmpty();
    }

    @Test
    void withoutJdkTellsWhereItLookedAndWhatToDo() throws Exception {
        var end = sluice("demo");
        assertThat(end.exit()).isEqualTo(1);
        assertThat(end.out()).isEmpty();
        assertThat(end.err())
                .contains("no JDK 25 or later found")
                .contains("JAVA_HOME: not set", "java on the PATH: none", "/nowhere/*", jdks + "/*", "toolchains.xml")
                .contains("found, but too old: " + jdks.resolve("jdk 17.0.1") + " (17)")
                .contains("Install one", "SLUICE_JAVA_HOME");
        assertThat(mavenCalls()).isEmpty();
    }

    @Test
    void jdkOfToolchainsIsFound() throws Exception {
        var jdk = Files.move(makeJdk("26"), home.resolve("elsewhere"));
        Files.createDirectories(home.resolve(".m2"));
        Files.writeString(
                home.resolve(".m2/toolchains.xml"),
                "<configuration>\n  <jdkHome>" + jdk + "</jdkHome>\n</configuration>");
        assertThat(sluice("build").err()).contains("building with " + jdk);
    }

    @Test
    void javaOnThePathIsFoundThroughItsLink() throws Exception {
        var jdk = makeJdk("25");
        Files.createSymbolicLink(bin.resolve("java"), jdk.resolve("bin/java"));
        var builder = command("build");
        builder.environment().put("SLUICE_JDK_PLACES", "");
        assertThat(Program.start(builder).await().err()).contains("building with " + jdk);
    }

    @Test
    void chosenJdkThatIsTooOldIsRefused() throws Exception {
        makeJdk("25.0.1");
        var builder = command("demo");
        builder.environment().put("SLUICE_JAVA_HOME", jdks.resolve("jdk 17.0.1").toString());
        var end = Program.start(builder).await();
        assertThat(end.err()).contains("is no JDK 25 or later (17)").hasLineCount(1);
        assertThat(end.exit()).isEqualTo(1);
    }

    @Test
    void buildsAndRunsWithArgumentsAsTheyAre() throws Exception {
        var jdk = makeJdk("25.0.1");
        var end = sluice("echo", "--host", "a  b", "*");
        assertThat(end.exit()).isZero();
        assertThat(end.err().lines()).containsExactly("sluice: building with " + jdk, "[2/2] Sluice: the command line");
        assertThat(end.out())
                .startsWith("<-XX:+UseSerialGC><-Xmn16m><--enable-native-access=dev.sluice.linux>"
                        + "<--sun-misc-unsafe-memory-access=allow><--module-path><" + checkout.toRealPath())
                .endsWith("<echo><--host><a  b><*>");
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .startsWith(jdk + ": ")
                .contains("-pl cli -am package");
    }

    @Test
    void benchmarksAreBuiltAndRunWithTheirArguments() throws Exception {
        var jdk = makeJdk("25.0.1");
        var end = sluice("bench", "--peer", "a  b");
        assertThat(end.exit()).isZero();
        assertThat(end.err().lines())
                .containsExactly("sluice: building the benchmarks with " + jdk, "[2/2] Sluice: the command line");
        assertThat(end.out())
                .startsWith("<--enable-native-access=ALL-UNNAMED>")
                .endsWith("<dev.sluice.bench.Bench><--peer><a  b>");
        assertThat(mavenCalls()).singleElement().asString().contains("-pl bench -am package");
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        makeJdk("25.0.1");
        sluice("demo");
        sluice("demo");
        assertThat(mavenCalls()).hasSize(1);
        Files.setLastModifiedTime(source, FileTime.fromMillis(System.currentTimeMillis() + 1000));
        assertThat(sluice("demo").err()).contains("building with");
        assertThat(mavenCalls()).hasSize(2);
    }

    @Test
    void oneBuildRunsAtATime() throws Exception {
        makeJdk("25.0.1");
        var commands =
                List.of(Program.start(command("demo")), Program.start(command("demo")), Program.start(command("demo")));
        for (var command : commands) {
            assertThat(command.await().exit()).isZero();
        }
        assertThat(mavenCalls()).hasSize(1);
    }

    @Test
    void lockOfAProcessThatIsGoneIsBroken() throws Exception {
        makeJdk("25.0.1");
        var gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createDirectories(checkout.resolve("target/sluice"));
        Files.createSymbolicLink(checkout.resolve("target/sluice/lock"), Path.of(String.valueOf(gone.pid())));
        assertThat(sluice("demo").exit()).isZero();
        assertThat(checkout.resolve("target/sluice")).isDirectoryContaining("glob:**/app");
        assertThat(Files.exists(checkout.resolve("target/sluice/lock"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void failedBuildIsShownAndRunsNothing() throws Exception {
        makeJdk("25.0.1");
        Files.createFile(home.resolve("maven.fails"));
        var end = sluice("demo");
        assertThat(end.exit()).isEqualTo(3);
        assertThat(end.out()).isEmpty();
        assertThat(end.err())
                .contains("[ERROR] what is wrong", "the build has failed", "maven.log")
                .doesNotContain("some noise");
        Files.delete(home.resolve("maven.fails"));
        assertThat(sluice("demo").exit()).isZero();
    }

    @Test
    void testShowsTheCountsAndEndsAsMavenDoes() throws Exception {
        makeJdk("25.0.1");
        var end = sluice("test", "-pl", "bytes");
        assertThat(end.exit()).isZero();
        assertThat(end.out()).contains("Tests run: 7, Failures: 0").doesNotContain("some noise");
        assertThat(end.err()).contains("7 tests, and all is well");
        assertThat(mavenCalls()).singleElement().asString().endsWith("verify -pl bytes");

        Files.createFile(home.resolve("maven.fails"));
        end = sluice("test");
        assertThat(end.exit()).isEqualTo(3);
        assertThat(end.out()).contains("[ERROR] what is wrong");
        assertThat(end.err()).contains("the tests have failed");
    }

    @Test
    void testsThatPassedOnlyWhenRunAgainAreCounted() throws Exception {
        makeJdk("25.0.1");
        Files.createFile(home.resolve("flakes"));
        var end = sluice("test");
        assertThat(end.exit()).isZero();
        assertThat(end.err())
                .contains("10 tests; 2 failed, and passed when run again")
                .doesNotContain("all is well");
    }

    @Test
    void withoutMavenTellsSo() throws Exception {
        makeJdk("25.0.1");
        Files.delete(bin.resolve("mvn"));
        var end = sluice("demo");
        assertThat(end.exit()).isEqualTo(1);
        assertThat(end.err()).contains("no 'mvn' on the PATH");
    }

    @Test
    void runsThroughALink() throws Exception {
        makeJdk("25.0.1");
        Files.createSymbolicLink(bin.resolve("sluice"), Path.of("..", "check out", "sluice"));
        var builder = command();
        builder.command("sh", bin.resolve("sluice").toString(), "demo");
        assertThat(Program.start(builder).await().out()).endsWith("<demo>");
    }
}
