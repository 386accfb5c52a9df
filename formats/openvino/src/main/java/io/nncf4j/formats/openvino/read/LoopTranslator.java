package io.nncf4j.formats.openvino.read;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.openvino.ir.IrBody;
import io.nncf4j.formats.openvino.ir.IrBody.PortMapping;
import io.nncf4j.formats.openvino.ir.IrEdge;
import io.nncf4j.formats.openvino.ir.IrLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loop and TensorIterator as ONNX's Loop. Values that go round by back edges are carried, slices
 * are taken by the number of the iteration, and what is put together along an axis is a scan output
 * whose new axis is moved there.
 */
final class LoopTranslator {
  private final LayerContext layer;
  private final IrBody body;
  private final boolean counts;
  private final GraphTranslator inner;
  private final Map<Integer, String> bound = new HashMap<>();
  private final List<Value> bodyInputs = new ArrayList<>();
  private final List<String> initial = new ArrayList<>();

  /** Results of the body that feed the carried Parameters, in their order. */
  private final List<Integer> carried = new ArrayList<>();

  private final String iteration;

  LoopTranslator(LayerContext layer) {
    if (layer.isLegacy()) {
      throw new InexpressibleLayerException("it is of an old version");
    }
    this.layer = layer;
    body = ControlFlowRules.body(layer, "body");
    counts = layer.layer().type().equals("Loop");
    inner = layer.graph().body(body.network());
    iteration = fresh("iteration");
  }

  private String fresh(String what) {
    return layer.graph().names().fresh(GraphTranslator.nodeName(layer.layer()) + "/" + what);
  }

  void translate() {
    bodyInputs.add(new Value(iteration, TensorType.of(DataType.INT64)));
    bodyInputs.add(new Value(fresh("condition"), TensorType.of(DataType.BOOL)));
    bindInputs();
    inner.translateLayers(bound);
    List<Value> bodyOutputs = new ArrayList<>();
    bodyOutputs.add(inner.exported(goesOn()));
    for (int result : carried) {
      bodyOutputs.add(inner.exported(inner.resultOf(result)));
    }
    Map<Integer, PortMapping> scanned = new LinkedHashMap<>();
    Map<Integer, String> finished = new LinkedHashMap<>();
    List<PortMapping> last = new ArrayList<>();
    List<String> defined = new ArrayList<>();
    carried.forEach(result -> defined.add(""));
    for (PortMapping mapping : body.outputs()) {
      if (mapping.externalPort() < 0) {
        continue;
      }
      int output = ControlFlowRules.outputIndex(layer, mapping.externalPort());
      int round = carried.indexOf(mapping.internalLayer());
      if (mapping.axis() == null && round >= 0) {
        if (defined.get(round).isEmpty()) {
          defined.set(round, layer.graph().nameOf(layer.layer(), output));
        }
        finished.put(output, defined.get(round));
        continue;
      }
      boolean whole = Integer.valueOf(0).equals(mapping.axis()) && mapping.stride() > 0;
      String scan = whole ? layer.graph().nameOf(layer.layer(), output) : fresh("scan");
      scanned.put(output, mapping);
      finished.put(output, scan);
      last.add(mapping);
    }
    defined.replaceAll(name -> name.isEmpty() ? fresh("carried") : name);
    for (PortMapping mapping : last) {
      bodyOutputs.add(inner.exported(scannedValue(mapping)));
    }
    scanned.keySet().forEach(output -> defined.add(String.valueOf(finished.get(output))));
    Attributes attributes =
        Attributes.of("body", Attribute.of(inner.graph(bodyInputs, bodyOutputs)));
    List<String> read = new ArrayList<>(List.of(tripCount(), condition()));
    read.addAll(initial);
    layer.graph().node("Loop", GraphTranslator.nodeName(layer.layer()), attributes, read, defined);
    finished.forEach((output, value) -> layer.bind(output, placed(value, scanned.get(output))));
  }

  private void bindInputs() {
    Map<Integer, Integer> backEdges = new HashMap<>();
    for (IrEdge edge : body.backEdges()) {
      backEdges.put(edge.toLayer(), edge.fromLayer());
    }
    for (PortMapping mapping : body.inputs()) {
      IrLayer parameter = ControlFlowRules.inside(body, mapping.internalLayer());
      if (mapping.purpose().equals("current_iteration") || mapping.externalPort() < 0) {
        bound.put(parameter.id(), numbered(parameter));
        continue;
      }
      String outside = layer.input(ControlFlowRules.inputIndex(layer, mapping.externalPort()));
      Integer result = backEdges.get(parameter.id());
      if (mapping.axis() != null) {
        bound.put(parameter.id(), sliced(outside, mapping));
      } else if (result != null) {
        String value = inner.nameOf(parameter, 0);
        bodyInputs.add(new Value(value, inner.portType(parameter, 0)));
        bound.put(parameter.id(), value);
        initial.add(outside);
        carried.add(result);
      } else {
        bound.put(parameter.id(), outside);
      }
    }
  }

  /** The number of the iteration in the type and shape that the Parameter has. */
  private String numbered(IrLayer parameter) {
    TensorType type = inner.portType(parameter, 0);
    String value = iteration;
    if (type.dataType() != null && type.dataType() != DataType.INT64) {
      value = emit("Cast", Attributes.NONE.with("to", type.dataType().onnxNumber()), value);
    }
    return type.shape() == null || type.shape().rank() == 0
        ? value
        : emit("Reshape", Attributes.NONE, value, ints(1));
  }

  private String sliced(String outside, PortMapping mapping) {
    requireSingle(mapping);
    String place = iteration;
    if (mapping.stride() < 0) {
      place = emit("Sub", Attributes.NONE, constant(Tensor.scalar(-1L)), place);
    }
    String index = emit("Reshape", Attributes.NONE, place, ints(1));
    return emit(
        "Gather",
        Attributes.NONE.with("axis", (long) java.util.Objects.requireNonNull(mapping.axis())),
        outside,
        index);
  }

  /** Whole ranges of single slices, forwards or backwards. */
  private static void requireSingle(PortMapping mapping) {
    boolean forwards = mapping.stride() == 1 && mapping.start() == 0 && mapping.end() == -1;
    boolean backwards = mapping.stride() == -1 && mapping.start() == -1 && mapping.end() == 0;
    if (mapping.partSize() != 1 || !(forwards || backwards)) {
      throw new InexpressibleLayerException("it takes parts of an axis, or several at once");
    }
  }

  private String goesOn() {
    for (PortMapping mapping : body.outputs()) {
      if (mapping.purpose().equals("execution_condition")) {
        String value = inner.resultOf(mapping.internalLayer());
        return emit("Reshape", Attributes.NONE, value, ints());
      }
    }
    return constant(Tensor.ofBytes(DataType.BOOL, new byte[] {1}));
  }

  private String scannedValue(PortMapping mapping) {
    String value = inner.resultOf(mapping.internalLayer());
    if (mapping.axis() == null) {
      return value;
    }
    requireSingle(mapping);
    return emit("Squeeze", Attributes.NONE, value, ints(mapping.axis()));
  }

  private String emit(String type, Attributes attributes, String... read) {
    String value = fresh(type);
    inner.node(type, value, attributes, List.of(read), List.of(value));
    return value;
  }

  private String constant(Tensor tensor) {
    return inner.constant(fresh("constant"), tensor);
  }

  private String ints(long... values) {
    return constant(Tensor.vector(values));
  }

  private String condition() {
    return counts && layer.hasInput(1) ? layer.input(1) : "";
  }

  private String tripCount() {
    if (counts) {
      Tensor known = layer.constantOrNull(0);
      if (known != null && known.size() == 1) {
        return known.longAt(0) < 0 ? "" : layer.constant(Tensor.scalar(known.longAt(0)));
      }
      return layer.emit("Reshape", ShapeRules.int64(layer, 0), layer.ints());
    }
    for (PortMapping mapping : body.inputs()) {
      Integer axis = mapping.axis();
      if (axis != null) {
        int input = ControlFlowRules.inputIndex(layer, mapping.externalPort());
        return length(input, axis);
      }
    }
    throw new InexpressibleLayerException("nothing says how often it goes round");
  }

  private String length(int input, int axis) {
    Shape shape = layer.type(input).shape();
    Dimension known =
        shape == null ? Dimension.UNKNOWN : shape.get(LayerContext.axis(axis, shape.rank()));
    if (known.isKnown()) {
      return layer.constant(Tensor.scalar(known.lengthOrMinusOne()));
    }
    String lengths = layer.emit("Shape", layer.input(input));
    return layer.emit("Gather", lengths, layer.constant(Tensor.scalar((long) axis)));
  }

  /** What the loop gives, as the layer gives it. */
  private String placed(String value, @Nullable PortMapping mapping) {
    if (mapping == null) {
      return value;
    }
    Integer axis = mapping.axis();
    if (axis == null) {
      return layer.emit("Gather", value, layer.constant(Tensor.scalar(-1L)));
    }
    String ordered = value;
    if (mapping.stride() < 0) {
      ordered =
          layer.emit(
              "Slice",
              value,
              layer.ints(-1),
              layer.ints(Long.MIN_VALUE),
              layer.ints(0),
              layer.ints(-1));
    }
    Shape shape =
        layer
            .graph()
            .portType(layer.layer(), ControlFlowRules.outputIndex(layer, mapping.externalPort()))
            .shape();
    if (axis == 0) {
      return ordered;
    }
    if (shape == null) {
      throw new InputException("the rank of an output is not known");
    }
    int to = LayerContext.axis(axis, shape.rank());
    long[] order = new long[shape.rank()];
    for (int at = 0; at < order.length; at++) {
      order[at] = at < to ? at + 1 : at == to ? 0 : at;
    }
    return layer.emit("Transpose", Attributes.NONE.with("perm", order), ordered);
  }
}
