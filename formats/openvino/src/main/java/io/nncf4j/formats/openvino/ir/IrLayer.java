package io.nncf4j.formats.openvino.ir;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One layer as the file has it.
 *
 * @param id number, unique in its network
 * @param type operator, such as {@code Convolution}
 * @param opset set that the operator belongs to, such as {@code opset1}; empty in legacy versions
 * @param precision element type of a legacy layer, else empty
 * @param data attributes as text
 * @param inputs ports in file order
 * @param outputs ports in file order
 * @param blobs weights of a legacy layer by name
 * @param bodies bodies by element name: {@code body}, {@code then_body}, {@code else_body}
 * @param information runtime information by {@code attribute/key}
 */
public record IrLayer(
    int id,
    String name,
    String type,
    String opset,
    String precision,
    Map<String, String> data,
    List<IrPort> inputs,
    List<IrPort> outputs,
    Map<String, IrBlob> blobs,
    Map<String, IrBody> bodies,
    Map<String, String> information) {
  public IrLayer {
    data = Collections.unmodifiableMap(new TreeMap<>(data));
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    blobs = Collections.unmodifiableMap(new TreeMap<>(blobs));
    bodies = Collections.unmodifiableMap(new TreeMap<>(bodies));
    information = Collections.unmodifiableMap(new TreeMap<>(information));
  }

  /** Number of the operator set: 1 for {@code opset1}; 0 where there is none. */
  public int opsetNumber() {
    String digits = opset.startsWith("opset") ? opset.substring(5) : "";
    return digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : 0;
  }

  /** True for a layer of an operator set that somebody made, whatever its type is called. */
  public boolean isForeign() {
    return !opset.isEmpty() && !opset.matches("opset\\d{1,3}|experimental|extension");
  }

  /** Names the layer in messages. */
  public String describe() {
    return "Layer " + id + " \"" + name + "\" (" + type + ")";
  }
}
