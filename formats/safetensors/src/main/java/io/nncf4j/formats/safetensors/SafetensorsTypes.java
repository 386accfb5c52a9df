package io.nncf4j.formats.safetensors;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import java.util.EnumMap;
import java.util.Map;

/** The format's names of element types. */
final class SafetensorsTypes {
  private static final Map<DataType, String> LABELS =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(DataType.FLOAT64, "F64"),
              Map.entry(DataType.FLOAT32, "F32"),
              Map.entry(DataType.FLOAT16, "F16"),
              Map.entry(DataType.BFLOAT16, "BF16"),
              Map.entry(DataType.FLOAT8_E4M3FN, "F8_E4M3"),
              Map.entry(DataType.FLOAT8_E5M2, "F8_E5M2"),
              Map.entry(DataType.INT64, "I64"),
              Map.entry(DataType.INT32, "I32"),
              Map.entry(DataType.INT16, "I16"),
              Map.entry(DataType.INT8, "I8"),
              Map.entry(DataType.UINT64, "U64"),
              Map.entry(DataType.UINT32, "U32"),
              Map.entry(DataType.UINT16, "U16"),
              Map.entry(DataType.UINT8, "U8"),
              Map.entry(DataType.BOOL, "BOOL")));

  private SafetensorsTypes() {}

  static String label(String tensor, DataType type) {
    String label = LABELS.get(type);
    if (label == null) {
      throw new InputException(
          "The tensor \""
              + tensor
              + "\" is "
              + type.label()
              + ", which Safetensors cannot hold; it holds "
              + LABELS.keySet());
    }
    return label;
  }

  static DataType type(String where, String label) {
    return LABELS.entrySet().stream()
        .filter(entry -> entry.getValue().equals(label))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    where + " has the type " + label + "; known: " + LABELS.values()));
  }
}
