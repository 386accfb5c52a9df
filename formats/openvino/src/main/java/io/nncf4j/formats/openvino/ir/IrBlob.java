package io.nncf4j.formats.openvino.ir;

/**
 * Where weights of a legacy layer stand in the BIN.
 *
 * @param precision element type if the file gives it, else empty: that of the layer
 */
public record IrBlob(long offset, long size, String precision) {}
