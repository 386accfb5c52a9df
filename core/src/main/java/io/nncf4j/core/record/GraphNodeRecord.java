package io.nncf4j.core.record;

import java.util.List;
import java.util.Objects;

/**
 * A node of the model as the report draws it.
 *
 * @param name name of the node
 * @param type operator type
 * @param precision what it computes in, such as {@code int8} or {@code float}
 * @param inputs names of the nodes whose outputs it reads
 */
public record GraphNodeRecord(String name, String type, String precision, List<String> inputs) {
  public GraphNodeRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(precision, "precision");
    inputs = List.copyOf(inputs);
  }
}
