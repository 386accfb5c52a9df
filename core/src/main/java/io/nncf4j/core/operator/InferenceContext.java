package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import io.nncf4j.core.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an {@link Inference} may ask about the node it is for. */
public interface InferenceContext {
  Node node();

  /** Type of input {@code index} when it may be no tensor; null when absent or not known. */
  @Nullable ValueType inputType(int index);

  /** Content of input {@code index} when it is known before running, else null. */
  @Nullable Tensor constant(int index);

  /**
   * Content of input {@code index} (a small tensor, such as the target of Reshape) as integers,
   * each known, symbolic or unknown; null when not even the count is known.
   */
  @Nullable IntegerContent content(int index);

  /**
   * A symbol for an axis of an output whose length depends on data, such as the number of boxes
   * that are kept.
   */
  Dimension dataDependent(int output, int axis);

  /**
   * Types of the outputs of a body, given the types of its inputs. The types found in the last call
   * for a body are kept in it.
   */
  List<@Nullable ValueType> inferBody(Graph body, List<? extends @Nullable ValueType> inputs);

  /** Type of input {@code index}, {@link TensorType#UNKNOWN} when absent or not known. */
  default TensorType input(int index) {
    return inputType(index) instanceof TensorType tensor ? tensor : TensorType.UNKNOWN;
  }

  /** Shape of input {@code index}, null when absent or of unknown rank. */
  default @Nullable Shape shape(int index) {
    return input(index).shape();
  }

  default boolean hasInput(int index) {
    return node().hasInput(index);
  }

  /** Elements of {@link #content}, or null. */
  default @Nullable List<SymbolicInteger> integers(int index) {
    IntegerContent content = content(index);
    return content == null ? null : content.elements();
  }

  /** Elements of {@link #content} when each is a known number, or null. */
  default long @Nullable [] knownIntegers(int index) {
    List<SymbolicInteger> elements = integers(index);
    if (elements == null || !elements.stream().allMatch(SymbolicInteger::isConstant)) {
      return null;
    }
    return elements.stream().mapToLong(SymbolicInteger::constant).toArray();
  }

  /**
   * The attribute with one number for each of {@code count} axes, all {@code absent} when it is not
   * there.
   *
   * @throws InputException when it has another count
   */
  default long[] perAxis(String attribute, int count, long absent) {
    long[] values = node().intsAttributeOrNull(attribute);
    if (values == null) {
      values = new long[count];
      java.util.Arrays.fill(values, absent);
    }
    if (values.length != count) {
      throw new InputException(
          "attribute " + attribute + " should hold " + count + " numbers, found " + values.length);
    }
    return values;
  }
}
