package io.nncf4j.engines.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * ONNX's own conformance cases. What does not pass stands in {@code node-case-gaps.txt} with its
 * reason; a case that begins to pass must be taken off that list.
 */
class NodeCasesTest {
  private final Map<String, String> gaps = gaps();

  private static Map<String, String> gaps() {
    Map<String, String> gaps = new TreeMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    NodeCasesTest.class.getResourceAsStream("node-case-gaps.txt")),
                StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(line -> gaps.put(line.split("\\s", 2)[0], line));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return gaps;
  }

  @TestFactory
  Stream<DynamicTest> conformance() throws IOException {
    return NodeCases.all().stream()
        .filter(one -> !gaps.containsKey(one.name()))
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
  }

  @TestFactory
  Stream<DynamicTest> knownGapsAreStillGaps() throws IOException {
    return NodeCases.all().stream()
        .filter(one -> gaps.containsKey(one.name()))
        .map(
            one ->
                DynamicTest.dynamicTest(
                    gaps.get(one.name()), () -> assertThat(passes(one)).isFalse()));
  }

  private static boolean passes(NodeCases.Case one) {
    try {
      check(one);
      return true;
    } catch (RuntimeException | AssertionError e) {
      return false;
    }
  }

  private static void check(NodeCases.Case one) {
    Model model = one.model();
    SessionOptions options = SessionOptions.defaults().withThreads(1).withOptimize(false);
    try (Session session = new LibtorchEngine().compile(model, options)) {
      for (var set : one.dataSets()) {
        Map<String, Tensor> actual =
            session.run(one.tensors(set.get("inputs"), model.graph().inputs()));
        Map<String, Tensor> expected = one.tensors(set.get("outputs"), model.graph().outputs());
        expected.forEach((name, tensor) -> compare(one, name, actual.get(name), tensor));
      }
    }
  }

  private static void compare(NodeCases.Case one, String name, Tensor actual, Tensor expected) {
    assertThat(actual.shape()).as("shape of " + name).isEqualTo(expected.shape());
    assertThat(actual.dataType()).as("type of " + name).isEqualTo(expected.dataType());
    boolean isFloat = expected.dataType().isFloatingPoint();
    double largest = 0;
    for (int index = 0; isFloat && index < expected.size(); index++) {
      double magnitude = Math.abs(expected.doubleAt(index));
      largest = Double.isFinite(magnitude) ? Math.max(largest, magnitude) : largest;
    }
    for (int index = 0; index < expected.size(); index++) {
      double a = actual.doubleAt(index);
      double b = expected.doubleAt(index);
      double tolerance =
          isFloat
              ? Math.max(
                  1e-4 * largest, one.absoluteTolerance() + one.relativeTolerance() * Math.abs(b))
              : 0;
      boolean same = a == b || Double.isNaN(a) && Double.isNaN(b) || Math.abs(a - b) <= tolerance;
      assertThat(same).as(name + "[" + index + "] is " + a + ", expected " + b).isTrue();
    }
  }
}
