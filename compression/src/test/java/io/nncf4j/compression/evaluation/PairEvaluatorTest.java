package io.nncf4j.compression.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.MetricKind;
import io.nncf4j.data.source.ArraySource;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairEvaluatorTest {
  private static PairEvaluation evaluate(Model model, Optional<MetricKind> metric) {
    Tensor inputs = Tensor.ofFloats(new float[] {1, 2, 3, 9, 5, 6}, 2, 3);
    List<Target> labels = List.of(new Target.ClassLabel(2), new Target.ClassLabel(0));
    try (SampleSource source = new ArraySource(inputs, labels)) {
      return new PairEvaluator(
              new OnnxRuntimeEngine(), EvaluationOptions.defaults().withLatency(Optional.empty()))
          .evaluate(model, model, source, metric);
    }
  }

  /** Hands its input back, in each of these shapes. */
  private static Model copies(long[]... shapes) {
    GraphEditor editor = GraphEditor.empty("copies");
    editor.input(new Value("x", TensorType.of(DataType.FLOAT32, 1, 3)));
    for (int index = 0; index < shapes.length; index++) {
      String shape = editor.addConstant("shape" + index, Tensor.vector(shapes[index]));
      String output = "out" + index;
      editor.add(
          Node.onnx(
              "reshape" + index, "Reshape", Attributes.NONE, List.of("x", shape), List.of(output)));
      editor.output(new Value(output, TensorType.of(DataType.FLOAT32, shapes[index])));
    }
    return Model.of(editor.build());
  }

  @Test
  void oneRowOfScoresIsAgreedOn() {
    assertThat(evaluate(copies(new long[] {1, 3}), Optional.empty()).agreement()).isEqualTo(100);
    assertThat(evaluate(copies(new long[] {1, 3, 1, 1}), Optional.empty()).agreement())
        .isEqualTo(100);
  }

  /** The highest of all anchors is no class. */
  @Test
  void outputsOfDetectorsAreNot() {
    assertThat(evaluate(copies(new long[] {1, 3, 1}), Optional.empty()).agreement()).isNull();
    PairEvaluation two = evaluate(copies(new long[] {1, 3}, new long[] {3, 1}), Optional.empty());
    assertThat(two.agreement()).isNull();
    assertThat(two.similarity()).hasSize(2);
  }

  @Test
  void labelsSayThatTheFirstOutputIsScores() {
    PairEvaluation two =
        evaluate(copies(new long[] {1, 3}, new long[] {3, 1}), Optional.of(MetricKind.TOP1));
    assertThat(two.agreement()).isEqualTo(100);
    assertThat(two.before()).hasValueSatisfying(top -> assertThat(top.shown()).isEqualTo(100));
  }
}
