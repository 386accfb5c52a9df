package io.nncf4j.core.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Where a run took place.
 *
 * @param jdk vendor and version of the Java runtime
 * @param system operating system and architecture
 * @param processor name of the processor, or the architecture where the system does not tell
 * @param cores processors that the JVM may use
 * @param threads threads that inference was given
 */
public record Environment(String jdk, String system, String processor, int cores, int threads) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  public Environment {
    Objects.requireNonNull(jdk, "jdk");
    Objects.requireNonNull(system, "system");
    Objects.requireNonNull(processor, "processor");
  }

  /** This process. */
  public static Environment current(int threads) {
    return new Environment(
        System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        threads);
  }

  private static String processorName() {
    String architecture = System.getProperty("os.arch");
    if (!Files.isReadable(PROCESSORS)) {
      return architecture;
    }
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException e) {
      return architecture;
    }
  }
}
