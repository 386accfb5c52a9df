package io.nncf4j.formats.openvino.ir;

import java.util.List;

/**
 * A body of If, Loop or TensorIterator with how its Parameters and Results are joined to the ports
 * of the layer.
 *
 * @param inputs external input ports to Parameters
 * @param outputs external output ports to Results
 * @param backEdges Results whose value the next iteration gets as a Parameter
 */
public record IrBody(
    IrNetwork network,
    List<PortMapping> inputs,
    List<PortMapping> outputs,
    List<IrEdge> backEdges) {
  public IrBody {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    backEdges = List.copyOf(backEdges);
  }

  /**
   * One connection between the outside and the inside.
   *
   * @param purpose empty, or {@code current_iteration} or {@code execution_condition}
   * @param externalPort port of the layer, -1 when the value stays inside
   * @param internalLayer the Parameter or Result
   * @param axis axis along which slices are taken or put together; null for the whole value
   */
  public record PortMapping(
      String purpose,
      int externalPort,
      int internalLayer,
      @org.jspecify.annotations.Nullable Integer axis,
      long start,
      long end,
      long stride,
      long partSize) {}
}
