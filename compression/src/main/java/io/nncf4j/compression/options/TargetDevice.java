package io.nncf4j.compression.options;

/** The device whose table of quantizable operators is used. */
public enum TargetDevice {
  ANY,
  CPU,
  CPU_SPR,
  GPU,
  NPU,
  /** Every operator, any width: for experiments. */
  TRIAL
}
