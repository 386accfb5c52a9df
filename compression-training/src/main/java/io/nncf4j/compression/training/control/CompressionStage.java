package io.nncf4j.compression.training.control;

/** How far a compression algorithm has come; a checkpoint keeps the ordinal. */
public enum CompressionStage {
  UNCOMPRESSED,
  PARTIALLY_COMPRESSED,
  FULLY_COMPRESSED;

  /** The stage of two algorithms together. */
  public CompressionStage combine(CompressionStage other) {
    return this == other ? this : PARTIALLY_COMPRESSED;
  }
}
