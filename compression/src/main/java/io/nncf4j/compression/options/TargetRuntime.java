package io.nncf4j.compression.options;

/** The runtime that will execute the result: what it fuses decides the form of the quantizers. */
public enum TargetRuntime {
  ONNX_RUNTIME,
  OPENVINO,
  /** No runtime's preferences: the placement of the hardware table alone. */
  NONE
}
