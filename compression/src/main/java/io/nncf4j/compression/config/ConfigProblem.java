package io.nncf4j.compression.config;

/**
 * One thing that is wrong in a configuration.
 *
 * @param path where, such as {@code compression[0].weights.bits}; {@code $} for the whole
 * @param algorithm algorithm whose section it is, empty outside of them
 * @param message what was found and what is allowed
 */
public record ConfigProblem(String path, String algorithm, String message) {
  @Override
  public String toString() {
    return path + (algorithm.isEmpty() ? "" : " (" + algorithm + ")") + ": " + message;
  }
}
