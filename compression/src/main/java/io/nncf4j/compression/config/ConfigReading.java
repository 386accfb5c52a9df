package io.nncf4j.compression.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a configuration: what was read, and what becomes of its problems. Whoever works
 * with the values is stopped by the first; whoever checks them collects all, and goes on with
 * defaults in the place of what is wrong.
 */
final class ConfigReading {
  private final String source;
  private final Path folder;
  private final @Nullable Set<ConfigProblem> collected;

  private ConfigReading(String source, Path folder, @Nullable Set<ConfigProblem> collected) {
    this.source = source;
    this.folder = folder;
    this.collected = collected;
  }

  /**
   * @param source what is read, such as a file name
   * @param folder what paths in it are relative to
   */
  static ConfigReading stopping(String source, Path folder) {
    return new ConfigReading(source, folder, null);
  }

  /** The same reading from its start, that goes on behind problems. */
  ConfigReading collecting() {
    return new ConfigReading(source, folder, new LinkedHashSet<>());
  }

  Path folder() {
    return folder;
  }

  /**
   * @throws ConfigException unless problems are collected
   */
  void report(List<ConfigProblem> problems) {
    if (problems.isEmpty()) {
      return;
    }
    if (collected == null) {
      throw failure(problems);
    }
    collected.addAll(problems);
  }

  ConfigException failure(List<ConfigProblem> problems) {
    return new ConfigException(source, problems);
  }

  /** Each problem once. */
  List<ConfigProblem> problems() {
    return collected == null ? List.of() : new ArrayList<>(collected);
  }
}
