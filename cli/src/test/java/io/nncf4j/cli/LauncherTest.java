package io.nncf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the {@code nncf} script does before the JVM takes over. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
  private static final Map<String, String> NOTHING = Map.of();

  @TempDir Path folder;
  private FakeProject project;

  @BeforeEach
  void makeProject() throws IOException {
    // Real path: the script resolves links, and a temporary folder may be behind one.
    project = new FakeProject(folder.toRealPath());
    project.addJdk("seventeen", "17.0.15");
  }

  @Test
  void buildsOnFirstUseAndSpeaksOnStandardErrorOnly() {
    FakeProject.Run first = project.run(NOTHING, "--help");
    assertThat(first.exit()).isZero();
    assertThat(first.err()).contains("building").contains("maven on standard output");
    assertThat(first.out()).startsWith("java ").doesNotContain("maven");
    FakeProject.Run second = project.run(NOTHING, "--help");
    assertThat(second.err()).isEmpty();
    assertThat(project.buildLog()).hasSize(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws IOException {
    project.run(NOTHING);
    makeNewer("cli/src/main/java/Main.java");
    project.run(NOTHING);
    assertThat(project.buildLog()).hasSize(2);
  }

  @Test
  void buildsAgainWhenAPomIsNewer() throws IOException {
    project.run(NOTHING);
    makeNewer("pom.xml");
    project.run(NOTHING);
    assertThat(project.buildLog()).hasSize(2);
  }

  @Test
  void buildsAgainWhenASourceIsGone() throws IOException {
    project.write("cli/src/main/java/Other.java", "");
    project.run(NOTHING);
    Files.delete(project.root.resolve("cli/src/main/java/Other.java"));
    makeNewer("cli/src/main/java");
    project.run(NOTHING);
    assertThat(project.buildLog()).hasSize(2);
  }

  @Test
  void doesNotBuildForATestOrABuildProduct() throws IOException {
    project.run(NOTHING);
    makeNewer("cli/src/test/java/MainTest.java");
    project.write("cli/target/src/main/java/Generated.java", "");
    makeNewer("cli/target/src/main/java/Generated.java");
    project.run(NOTHING);
    assertThat(project.buildLog()).hasSize(1);
  }

  @Test
  void passesArgumentsAndExitCodeThrough() {
    FakeProject.Run run =
        project.run(Map.of("FAKE_EXIT", "7"), "two words", "", "*", "$HOME", "a\"b'c\\", "@file");
    assertThat(run.exit()).isEqualTo(7);
    assertThat(run.out())
        .endsWith("[io.nncf4j.cli.Main]\n[two words]\n[]\n[*]\n[$HOME]\n[a\"b'c\\]\n[@file]\n");
  }

  @Test
  void becomesTheJvmSoThatSignalsReachIt() {
    FakeProject.Run run = project.run(NOTHING);
    assertThat(run.out()).contains("pid " + run.pid() + "\n");
  }

  @Test
  void keepsTheClassPathOutOfTheCommandLine() throws IOException {
    FakeProject.Run run = project.run(NOTHING);
    assertThat(run.out()).doesNotContain("library.jar").contains("/class-path]");
    Path build = project.root.resolve(".nncf/current").toRealPath();
    assertThat(Files.readString(build.resolve("class-path")))
        .isEqualTo(
            "-cp\n\"%s/lib/nncf4j-cli-1.jar:%s/lib/nncf4j-core-1.jar:/repository/library.jar\"\n"
                .formatted(build, build));
  }

  @Test
  void rebuildLeavesTheJarsOfTheEarlierBuild() throws IOException {
    project.run(NOTHING);
    Path earlier = project.root.resolve(".nncf/current").toRealPath();
    makeNewer("pom.xml");
    project.run(NOTHING);
    assertThat(project.root.resolve(".nncf/current").toRealPath()).isNotEqualTo(earlier);
    assertThat(earlier.resolve("lib/nncf4j-core-1.jar")).exists();
  }

  @Test
  void worksThroughALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), project.script);
    assertThat(project.start(link, NOTHING, "x").await().out()).endsWith("[x]\n");
    assertThat(project.root.resolve(".nncf/current")).exists();
  }

  @Test
  void prefersTheNewestJdk() {
    project.addJdk("eleven", "11.0.2");
    project.addJdk("twentyfive", "25.0.3");
    project.addJdk("twentyone", "21-ea");
    FakeProject.Run run = project.run(NOTHING);
    assertThat(run.out()).contains("/jdks/twentyfive/bin/java").contains("enable-native-access");
    assertThat(project.buildLog()).singleElement().asString().endsWith("/jdks/twentyfive");
  }

  @Test
  void takesTheJdkThatIsNamed() {
    project.addJdk("twentyfive", "25.0.3");
    String named = folder.resolve("jdks/seventeen").toString();
    FakeProject.Run run = project.run(Map.of("NNCF_JAVA_HOME", named));
    assertThat(run.out()).contains("/jdks/seventeen/bin/java").doesNotContain("native-access");
  }

  @Test
  void saysThatAnOldJdkWillNotDo() {
    project.addJdk("eleven", "11.0.2");
    String named = folder.resolve("jdks/eleven").toString();
    FakeProject.Run run = project.run(Map.of("NNCF_JAVA_HOME", named));
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).startsWith("nncf: no JDK 17 or newer found in NNCF_JAVA_HOME");
  }

  @Test
  void aFailedBuildIsReportedAndTriedAgain() {
    FakeProject.Run run = project.run(Map.of("FAKE_BUILD_EXIT", "1"));
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("nncf: the build failed");
    assertThat(project.run(NOTHING).exit()).isZero();
    assertThat(project.buildLog()).hasSize(2);
  }

  @Test
  void twoFirstRunsBuildOnce() {
    twoRunsBuildOnce(Map.of("FAKE_BUILD_SECONDS", "0.5"));
  }

  @Test
  void twoFirstRunsBuildOnceWithoutFlock() {
    Map<String, String> environment = new HashMap<>(project.withoutFlock());
    environment.put("FAKE_BUILD_SECONDS", "0.5");
    twoRunsBuildOnce(environment);
    assertThat(project.root.resolve(".nncf/lock.d")).doesNotExist();
  }

  private void twoRunsBuildOnce(Map<String, String> environment) {
    FakeProject.Started first = project.start(project.script, environment, "a");
    FakeProject.Started second = project.start(project.script, environment, "b");
    assertThat(first.await().out()).endsWith("[a]\n");
    assertThat(second.await().out()).endsWith("[b]\n");
    assertThat(project.buildLog()).hasSize(1);
  }

  private void makeNewer(String relative) throws IOException {
    Files.setLastModifiedTime(
        project.root.resolve(relative), FileTime.from(Instant.now().plusSeconds(2)));
  }
}
