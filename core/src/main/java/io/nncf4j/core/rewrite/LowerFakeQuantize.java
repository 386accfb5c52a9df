package io.nncf4j.core.rewrite;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.quantize.FakeQuantize;
import io.nncf4j.core.quantize.IntegerGrid;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Replaces FakeQuantize by the standard operators that runtimes fuse.
 *
 * <pre>
 *   x -- FakeQuantize -- y        x -- QuantizeLinear -- codes -- DequantizeLinear -- y
 *
 *   constant -- FakeQuantize -- y       integer constant -- DequantizeLinear -- y
 * </pre>
 *
 * <p>Scale, zero point and type are those that the node keeps. A node without them gets the grid of
 * its range: signed for constants with a negative range, unsigned otherwise (the form that runtimes
 * fuse with ReLU and Clip), in the smallest of 4 (constants only), 8 and 16 bits that holds its
 * levels. Where the grid leaves codes of its type out, activations are clipped first.
 *
 * <p>A node whose ranges are not constant, or cannot be expressed by a zero point, is composed of
 * elementary operators, with a finding. ONNX operators {@code QuantizeLinear} and {@code
 * DequantizeLinear}, version 21.
 */
public record LowerFakeQuantize() implements Pass {
  @Override
  public PassResult apply(Model model) {
    PassResult lowered = Scope.rewrite(model, LowerFakeQuantize::lower);
    return lowered.hasChanged()
        ? PassResult.of(model, withoutUnusedDomain(lowered.model()), lowered.findings())
        : lowered;
  }

  private static Graph lower(Scope scope) {
    GraphEditor editor = scope.editor();
    boolean changed = false;
    for (Node node : scope.graph().nodes()) {
      if (FakeQuantize.is(node)) {
        try {
          lower(node, scope, editor);
        } catch (InputException e) {
          compose(node, scope, editor, String.valueOf(e.getMessage()));
        }
        changed = true;
      }
    }
    return changed ? editor.removeUnused().build() : scope.graph();
  }

  /** For what QuantizeLinear cannot express; the finding says why. */
  private static void compose(Node node, Scope scope, GraphEditor editor, String reason) {
    DataType type = scope.tensorType(node.input(0)).dataType();
    ComposedFakeQuantize.replace(editor, node, type == null ? DataType.FLOAT32 : type);
    scope.report(
        Finding.warning(
            "fake-quantize-composed",
            reason + "; it is computed by elementary operators, which no runtime makes integers",
            node.name()));
  }

  private static void lower(Node node, Scope scope, GraphEditor editor) {
    Shape shape = scope.tensorType(node.input(0)).shape();
    FakeQuantize quantizer =
        FakeQuantize.read(node, scope::constant, shape == null ? -1 : shape.rank());
    Tensor weight = scope.constant(node.input(0));
    DataType type = defaultType(quantizer, weight != null);
    IntegerGrid grid = quantizer.gridOr(type);
    IntegerGrid outputGrid = quantizer.outputGridOr(grid.type());
    Attributes axis =
        quantizer.isPerChannel()
            ? Attributes.NONE.with("axis", (long) quantizer.axis())
            : Attributes.NONE;
    String output = node.output(0);
    editor.remove(node.name());
    String scale = editor.addConstant(output + ".scale", grid.scale());
    String zeroPoint = editor.addConstant(output + ".zero_point", grid.zeroPoint());
    String codes;
    if (weight != null) {
      codes = editor.addConstant(output + ".codes", grid.quantize(weight, quantizer.axis()));
    } else {
      String source = grid.usesEveryCode() ? node.input(0) : clip(node, quantizer, editor);
      codes = editor.freshName(output + ".codes");
      editor.add(
          Node.onnx(
              editor.freshName(node.name() + ".quantize"),
              "QuantizeLinear",
              axis,
              List.of(source, scale, zeroPoint),
              List.of(codes)));
      editor.type(codes, new TensorType(grid.type(), shape));
    }
    if (!outputGrid.equals(grid)) {
      scale = editor.addConstant(output + ".output_scale", outputGrid.scale());
      zeroPoint = editor.addConstant(output + ".output_zero_point", outputGrid.zeroPoint());
    }
    editor.add(
        Node.onnx(
            editor.freshName(node.name() + ".dequantize"),
            "DequantizeLinear",
            axis,
            List.of(codes, scale, zeroPoint),
            List.of(output)));
    editor.type(output, new TensorType(grid.scale().dataType(), shape));
  }

  private static DataType defaultType(FakeQuantize quantizer, boolean isConstant) {
    boolean negative = false;
    for (double low : quantizer.inputLow().toDoubles()) {
      negative |= low < 0;
    }
    boolean signed = isConstant && negative;
    int levels = quantizer.levels();
    if (levels <= 16 && isConstant) {
      return signed ? DataType.INT4 : DataType.UINT4;
    }
    if (levels <= 256) {
      return signed ? DataType.INT8 : DataType.UINT8;
    }
    return signed ? DataType.INT16 : DataType.UINT16;
  }

  /** Keeps x inside the range, because the type alone would saturate too late. */
  private static String clip(Node node, FakeQuantize quantizer, GraphEditor editor) {
    String clipped = editor.freshName(node.output(0) + ".clipped");
    if (!quantizer.isPerChannel()) {
      editor.add(
          Node.onnx(
              editor.freshName(node.name() + ".clip"),
              "Clip",
              Attributes.NONE,
              List.of(
                  node.input(0),
                  editor.addConstant(clipped + ".low", quantizer.inputLow()),
                  editor.addConstant(clipped + ".high", quantizer.inputHigh())),
              List.of(clipped)));
      return clipped;
    }
    String raised = editor.freshName(clipped + ".raised");
    editor.add(
        Node.onnx(
            editor.freshName(node.name() + ".max"),
            "Max",
            Attributes.NONE,
            List.of(node.input(0), node.input(1)),
            List.of(raised)));
    editor.add(
        Node.onnx(
            editor.freshName(node.name() + ".min"),
            "Min",
            Attributes.NONE,
            List.of(raised, node.input(2)),
            List.of(clipped)));
    return clipped;
  }

  private static Model withoutUnusedDomain(Model model) {
    if (usesDomain(model.graph())) {
      return model;
    }
    Map<String, Integer> opsets = new TreeMap<>(model.opsets());
    opsets.remove(OperatorType.NNCF_DOMAIN);
    return new Model(model.graph(), opsets, model.metadata(), model.producer());
  }

  private static boolean usesDomain(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            node ->
                node.operator().domain().equals(OperatorType.NNCF_DOMAIN)
                    || node.attributes().graphs().stream().anyMatch(LowerFakeQuantize::usesDomain));
  }
}
