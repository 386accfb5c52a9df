package io.nncf4j.core.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.pass.Pass;
import io.nncf4j.core.pass.PassResult;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.reference.Interpreter;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** What every rewrite must keep: the outputs, the model it was given, and its own result. */
final class Judge {
  private Judge() {}

  /** The rewritten model, after checking that it computes the same and stays as it is. */
  static PassResult fires(Pass pass, Model model) {
    Graph before = model.graph();
    PassResult result = pass.apply(model);
    assertThat(result.hasChanged()).as("%s changes something", pass.name()).isTrue();
    assertThat(model.graph()).isSameAs(before);
    assertThat(Verifier.STANDARD.verify(result.model())).isEmpty();
    assertThat(result.model().graph().inputs()).isEqualTo(before.inputs());
    assertThat(result.model().graph().outputs().stream().map(Value::name))
        .isEqualTo(before.outputs().stream().map(Value::name).toList());
    assertSameOutputs(before, result.model().graph());
    doesNotFire(pass, result.model());
    return result;
  }

  /** The pass returns the very model it was given. */
  static PassResult doesNotFire(Pass pass, Model model) {
    PassResult result = pass.apply(model);
    assertThat(result.model()).as("%s leaves the model", pass.name()).isSameAs(model);
    assertThat(result.hasChanged()).isFalse();
    return result;
  }

  static void assertSameOutputs(Graph before, Graph after) {
    Map<String, Tensor> inputs = new TreeMap<>();
    Random random = new Random(7);
    for (Value input : before.inputs()) {
      TensorType type = input.tensorType();
      long[] shape =
          Objects.requireNonNull(type.shape()).dimensions().stream()
              .mapToLong(dimension -> dimension.isKnown() ? dimension.lengthOrMinusOne() : 2)
              .toArray();
      double[] values =
          random.doubles(Tensor.elementCount(shape)).map(value -> value * 4 - 2).toArray();
      inputs.put(
          input.name(), Tensor.ofDoubles(Objects.requireNonNull(type.dataType()), values, shape));
    }
    List<Tensor> expected = new Interpreter().run(before, inputs);
    List<Tensor> actual = new Interpreter().run(after, inputs);
    for (int index = 0; index < expected.size(); index++) {
      assertThat(actual.get(index).toString()).isEqualTo(expected.get(index).toString());
      assertThat(actual.get(index).toFloats())
          .containsExactly(
              expected.get(index).toFloats(), org.assertj.core.data.Offset.offset(2e-5f));
    }
  }

  static List<String> types(PassResult result) {
    return result.model().graph().nodes().stream().map(Node::type).toList();
  }
}
