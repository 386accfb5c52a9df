package io.nncf4j.cli.run;

import io.nncf4j.core.InputException;
import io.nncf4j.engines.Engine;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Engines on the class path, by name. */
public final class Engines {
  private Engines() {}

  /**
   * The engine of this name.
   *
   * @throws InputException naming those there are
   */
  public static Engine named(String name) {
    List<Engine> engines =
        StreamSupport.stream(ServiceLoader.load(Engine.class).spliterator(), false)
            .sorted(Comparator.comparing(Engine::name))
            .toList();
    return engines.stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "There is no engine \""
                        + name
                        + "\"; known are "
                        + engines.stream().map(Engine::name).collect(Collectors.joining(", "))));
  }
}
