package io.nncf4j.compression.options;

/** Families of models that need a treatment of their own. */
public enum ModelType {
  TRANSFORMER
}
