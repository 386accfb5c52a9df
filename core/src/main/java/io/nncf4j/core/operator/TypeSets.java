package io.nncf4j.core.operator;

import io.nncf4j.core.tensor.DataType;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Sets of element types by the names that the operator tables use. */
final class TypeSets {
  private static final Set<DataType> FLOAT =
      EnumSet.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.FLOAT32, DataType.FLOAT64);
  private static final Set<DataType> FLOAT8 =
      EnumSet.of(
          DataType.FLOAT8_E4M3FN,
          DataType.FLOAT8_E4M3FNUZ,
          DataType.FLOAT8_E5M2,
          DataType.FLOAT8_E5M2FNUZ);
  private static final Set<DataType> INTEGER =
      EnumSet.of(
          DataType.INT8,
          DataType.INT16,
          DataType.INT32,
          DataType.INT64,
          DataType.UINT8,
          DataType.UINT16,
          DataType.UINT32,
          DataType.UINT64);

  private TypeSets() {}

  /** The union of names joined by {@code |}: {@code float}, {@code index}, {@code uint8}, … */
  static Set<DataType> parse(String names) {
    EnumSet<DataType> types = EnumSet.noneOf(DataType.class);
    for (String name : names.split("\\|")) {
      types.addAll(named(name));
    }
    return types;
  }

  private static Set<DataType> named(String name) {
    return switch (name) {
      case "any" -> Set.of();
      case "float" -> FLOAT;
      case "float8" -> FLOAT8;
      case "integer" -> INTEGER;
      case "number" -> union(FLOAT, INTEGER);
      case "signed" ->
          union(FLOAT, EnumSet.of(DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64));
      case "index" -> EnumSet.of(DataType.INT32, DataType.INT64);
      case "byte" -> EnumSet.of(DataType.INT8, DataType.UINT8);
      case "quantized" ->
          union(
              FLOAT8,
              EnumSet.of(
                  DataType.INT4,
                  DataType.UINT4,
                  DataType.INT2,
                  DataType.UINT2,
                  DataType.INT8,
                  DataType.UINT8,
                  DataType.INT16,
                  DataType.UINT16,
                  DataType.INT32,
                  DataType.FLOAT4_E2M1));
      default -> EnumSet.of(DataType.valueOf(name.toUpperCase(Locale.ROOT)));
    };
  }

  private static Set<DataType> union(Set<DataType> left, Set<DataType> right) {
    EnumSet<DataType> union = EnumSet.copyOf(left);
    union.addAll(right);
    return union;
  }
}
