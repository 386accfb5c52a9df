package io.nncf4j.formats.tensorflow.proto;

import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An AttrValue; each accessor says what it would be as that kind. */
public final class AttributeValue {
  private final Message message;

  AttributeValue(Message message) {
    this.message = message;
  }

  /** The name of a function. */
  static AttributeValue ofFunction(String name) {
    return new AttributeValue(Message.ofMessage(10, Message.ofText(1, name)));
  }

  public String text() {
    return message.text(2);
  }

  public long number() {
    return message.number(3);
  }

  public float real() {
    return Float.intBitsToFloat((int) message.number(4));
  }

  public boolean flag() {
    return message.number(5) != 0;
  }

  /** A number of the enumeration DataType. */
  public long type() {
    return message.number(6);
  }

  public boolean hasShape() {
    return message.has(7);
  }

  public @Nullable Shape shape() {
    return TensorFlowTypes.shape(message.message(7));
  }

  public Tensor tensor() {
    return TensorFlowTypes.tensor(message.message(8));
  }

  /** Name of a function. */
  public String function() {
    return message.message(10).text(1);
  }

  public long[] numbers() {
    return message.message(1).numbers(3).stream().mapToLong(Long::longValue).toArray();
  }

  public List<Long> types() {
    return message.message(1).numbers(6);
  }
}
