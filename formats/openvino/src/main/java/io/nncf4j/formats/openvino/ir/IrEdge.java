package io.nncf4j.formats.openvino.ir;

/** A connection from an output port to an input port, by the numbers of layers and ports. */
public record IrEdge(int fromLayer, int fromPort, int toLayer, int toPort) {}
