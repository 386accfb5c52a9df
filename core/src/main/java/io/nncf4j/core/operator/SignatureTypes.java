package io.nncf4j.core.operator;

import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import org.jspecify.annotations.Nullable;

/** Element types of outputs as they follow from an operator's signature. */
final class SignatureTypes {
  private SignatureTypes() {}

  /**
   * The type with its element type filled in when inference left it open: the one type that the
   * parameter allows, or that of an input bound to the same variable.
   */
  static ValueType complete(
      ValueType type, OperatorSchema schema, int output, InferenceContext context) {
    if (!(type instanceof TensorType tensor) || tensor.dataType() != null) {
      return type;
    }
    Parameter parameter = schema.output(output);
    DataType dataType = parameter == null ? null : dataType(parameter, schema, context);
    return tensor.withDataType(dataType);
  }

  private static @Nullable DataType dataType(
      Parameter parameter, OperatorSchema schema, InferenceContext context) {
    if (parameter.types().size() == 1) {
      return parameter.types().iterator().next();
    }
    if (parameter.typeVariable().isEmpty()) {
      return null;
    }
    for (int index = 0; index < context.node().inputs().size(); index++) {
      Parameter input = schema.input(index);
      DataType found = context.input(index).dataType();
      if (input != null && found != null && input.typeVariable().equals(parameter.typeVariable())) {
        return found;
      }
    }
    return null;
  }
}
