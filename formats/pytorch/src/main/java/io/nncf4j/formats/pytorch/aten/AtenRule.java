package io.nncf4j.formats.pytorch.aten;

import java.util.List;

/**
 * How one operator is translated.
 *
 * @param parameters PyTorch's names of the arguments, in their order
 * @param translation emits nodes and says what comes out
 */
public record AtenRule(List<String> parameters, Translation translation) {
  /** Emits the nodes of one call. */
  @FunctionalInterface
  public interface Translation {
    void apply(AtenCall call);
  }

  static AtenRule of(String parameters, Translation translation) {
    return new AtenRule(List.of(parameters.split(" ")), translation);
  }
}
