package io.nncf4j.compression.pruning.channel;

/**
 * A tensor where it stands in the graph: a value that is computed or given, or a constant as one
 * node reads it. A constant has a place for each reader, because equal constants of different
 * layers may be stored once without the layers having anything to do with each other.
 *
 * @param value name of the value or constant
 * @param reader name of the node that reads the constant; empty for a value
 * @param input position at which the node reads the constant; -1 for a value
 */
public record Place(String value, String reader, int input) {
  public static Place ofValue(String value) {
    return new Place(value, "", -1);
  }

  static Place ofConstant(String constant, String reader, int input) {
    return new Place(constant, reader, input);
  }

  public boolean isConstant() {
    return input >= 0;
  }
}
