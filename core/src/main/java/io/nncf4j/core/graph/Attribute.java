package io.nncf4j.core.graph;

import io.nncf4j.core.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The value of a node's attribute; one record for each kind that ONNX knows. */
public sealed interface Attribute {
  record IntAttribute(long value) implements Attribute {}

  record FloatAttribute(float value) implements Attribute {}

  /** Bytes, nearly always UTF-8 text; kept as bytes so that what is no text survives. */
  record StringAttribute(byte[] bytes) implements Attribute {
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof StringAttribute that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  record IntsAttribute(List<Long> values) implements Attribute {
    public IntsAttribute {
      values = List.copyOf(values);
    }
  }

  record FloatsAttribute(List<Float> values) implements Attribute {
    public FloatsAttribute {
      values = List.copyOf(values);
    }
  }

  record StringsAttribute(List<String> values) implements Attribute {
    public StringsAttribute {
      values = List.copyOf(values);
    }
  }

  record TensorAttribute(Tensor value) implements Attribute {}

  record TensorsAttribute(List<Tensor> values) implements Attribute {
    public TensorsAttribute {
      values = List.copyOf(values);
    }
  }

  /** A body, as of If, Loop and Scan. It sees the values of the graphs around it. */
  record GraphAttribute(Graph value) implements Attribute {}

  record GraphsAttribute(List<Graph> values) implements Attribute {
    public GraphsAttribute {
      values = List.copyOf(values);
    }
  }

  record TypeAttribute(ValueType value) implements Attribute {}

  /**
   * A kind of attribute that is kept but not understood, such as a sparse tensor: its encoded
   * bytes, tagged by the format that wrote them.
   */
  record OpaqueAttribute(String format, byte[] bytes) implements Attribute {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof OpaqueAttribute that
          && format.equals(that.format)
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  static Attribute of(long value) {
    return new IntAttribute(value);
  }

  static Attribute of(float value) {
    return new FloatAttribute(value);
  }

  static Attribute of(String value) {
    return new StringAttribute(value.getBytes(StandardCharsets.UTF_8));
  }

  static Attribute of(long... values) {
    return new IntsAttribute(Arrays.stream(values).boxed().toList());
  }

  static Attribute of(Tensor value) {
    return new TensorAttribute(value);
  }

  static Attribute of(Graph value) {
    return new GraphAttribute(value);
  }
}
