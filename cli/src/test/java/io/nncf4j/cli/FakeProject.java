package io.nncf4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder with the real {@code nncf} script, a few sources, and a JDK and a Maven that only write
 * down how they were called.
 */
final class FakeProject {
  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      echo "build with $JAVA_HOME" >>"$FAKE_LOG"
      echo "maven on standard output"
      sleep "${FAKE_BUILD_SECONDS:-0}"
      while [ $# -gt 0 ]; do [ "$1" = -f ] && root=$(dirname "$2"); shift; done
      mkdir -p "$root/cli/target" "$root/core/target"
      echo cli >"$root/cli/target/nncf4j-cli-1.jar"
      echo core >"$root/core/target/nncf4j-core-1.jar"
      printf '%s' "$root/core/target/nncf4j-core-1.jar:/repository/library.jar" \\
        >"$root/cli/target/runtime-classpath"
      exit "${FAKE_BUILD_EXIT:-0}"
      """;

  private static final String JAVA =
      """
      #!/usr/bin/env bash
      for argument in "$@"; do
        case $argument in
          -XX:AOTCacheOutput=* | -XX:SharedArchiveFile=*.new) echo archive >"${argument#*=}"; exit ;;
          -XX:DumpLoadedClassList=*) exit ;;
        esac
      done
      echo "java $0"
      echo "pid $$"
      for argument in "$@"; do echo "[$argument]"; done
      exit "${FAKE_EXIT:-0}"
      """;

  final Path root;
  final Path script;
  private final Path home;

  FakeProject(Path home) {
    this.home = home;
    // A space, since people have them in their folders.
    this.root = home.resolve("the project");
    this.script = root.resolve("nncf");
    write("cli/src/main/java/Main.java", "class Main {}");
    write("cli/src/test/java/MainTest.java", "class MainTest {}");
    write("pom.xml", "<project/>");
    try {
      Files.copy(Path.of("").toAbsolutePath().getParent().resolve("nncf"), script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    executable(home.resolve("bin/mvn"), MAVEN);
    // Hides the real JDK: a java without javac beside it is no JDK.
    executable(home.resolve("bin/java"), "");
  }

  void write(String relative, String text) {
    writeTo(root.resolve(relative), text);
  }

  void addJdk(String name, String version) {
    Path jdk = home.resolve("jdks").resolve(name);
    executable(jdk.resolve("bin/java"), JAVA);
    executable(jdk.resolve("bin/javac"), "");
    writeTo(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
  }

  /** Leaves only what the script needs on the path, so without {@code flock}. */
  Map<String, String> withoutFlock() {
    Path tools = home.resolve("tools");
    for (String tool :
        "bash env readlink dirname find head date mkdir cp ls cat mv ln rm sort sed sleep"
            .split(" ")) {
      Path found =
          Stream.of(System.getenv("PATH").split(":"))
              .map(folder -> Path.of(folder, tool))
              .filter(Files::isExecutable)
              .findFirst()
              .orElseThrow();
      executable(tools.resolve(tool), "#!/bin/sh\nexec '" + found + "' \"$@\"\n");
    }
    return Map.of("PATH", home.resolve("bin") + ":" + tools);
  }

  List<String> buildLog() {
    Path log = home.resolve("log");
    try {
      return Files.exists(log) ? Files.readAllLines(log) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Run run(Map<String, String> environment, String... arguments) {
    return start(script, environment, arguments).await();
  }

  Started start(Path launcher, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    try {
      Path out = Files.createTempFile(home, "out", "");
      Path err = Files.createTempFile(home, "err", "");
      builder.directory(home.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
      Map<String, String> variables = builder.environment();
      variables.keySet().removeIf(name -> name.startsWith("NNCF_") || name.equals("JAVA_HOME"));
      variables.put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
      variables.put("NNCF_JVM_FOLDERS", home.resolve("jdks").toString());
      variables.put("FAKE_LOG", home.resolve("log").toString());
      variables.putAll(environment);
      return new Started(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void executable(Path file, String text) {
    writeTo(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IllegalStateException("cannot make executable: " + file);
    }
  }

  private static void writeTo(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A launcher that runs. */
  record Started(Process process, Path out, Path err) {
    Run await() {
      try {
        int exit = process.waitFor();
        return new Run(
            process.pid(), exit, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A launcher that ended. */
  record Run(long pid, int exit, String out, String err) {}
}
