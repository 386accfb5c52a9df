package io.nncf4j.core.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Graph;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.graph.ValueType;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operator with random inputs and attributes, most of them wrong: inference and cost give an
 * answer or an {@link InputException} that names the node, and nothing else.
 */
class AnyInputTest {
  private static final DataType[] TYPES = {
    DataType.FLOAT32, DataType.INT64, DataType.INT32, DataType.BOOL, DataType.UINT8, DataType.INT8
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyOperatorSurvives(long seed) {
    Random random = new Random(seed);
    int inferred = 0;
    for (OperatorSchema schema : OperatorSchemas.standard().all()) {
      for (int attempt = 0; attempt < 150; attempt++) {
        inferred += survives(schema, random) ? 1 : 0;
      }
    }
    assertThat(inferred).isGreaterThan(5000);
  }

  private static boolean survives(OperatorSchema schema, Random random) {
    List<Value> inputs = new ArrayList<>();
    Map<String, Tensor> constants = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    int least = schema.minimumInputs();
    int most = Math.min(schema.maximumInputs(), least + 3);
    int count = least + random.nextInt(Math.max(1, most - least + 1));
    for (int index = 0; index < count; index++) {
      names.add(input(schema, index, random, inputs, constants));
    }
    List<String> outputs = new ArrayList<>();
    for (int index = 0; index < Math.min(3, Math.max(1, schema.maximumOutputs())); index++) {
      outputs.add("out" + index);
    }
    Node node = new Node("the node", schema.operator(), attributes(schema, random), names, outputs);
    Graph graph =
        new Graph(
            "any",
            inputs,
            outputs.stream().map(name -> new Value(name, null)).toList(),
            constants,
            List.of(node),
            Map.of());
    Model model = Model.of(graph);
    try {
      ModelCost.of(model);
      ShapeInference.infer(model);
      return true;
    } catch (InputException expected) {
      assertThat(expected).hasMessageContaining("the node");
      return false;
    } catch (RuntimeException e) {
      return fail(node + " of " + graph.inputs() + " and " + constants, e);
    }
  }

  private static String input(
      OperatorSchema schema,
      int index,
      Random random,
      List<Value> inputs,
      Map<String, Tensor> constants) {
    String name = "in" + index;
    Parameter parameter = schema.input(index);
    DataType type = TYPES[random.nextInt(TYPES.length)];
    if (parameter != null && !parameter.types().isEmpty() && random.nextInt(10) > 0) {
      List<DataType> allowed = List.copyOf(parameter.types());
      type = allowed.get(random.nextInt(allowed.size()));
    }
    boolean numeric = type.bits() >= 8 && type != DataType.COMPLEX64 && type != DataType.COMPLEX128;
    switch (random.nextInt(8)) {
      case 0 -> {
        return "";
      }
      case 1 -> inputs.add(new Value(name, new TensorType(type, null)));
      case 2 -> inputs.add(new Value(name, kind(random, type)));
      case 3, 4 -> {
        if (numeric) {
          constants.put(name, constant(type, random));
        } else {
          inputs.add(new Value(name, new TensorType(type, shape(random))));
        }
      }
      default -> inputs.add(new Value(name, new TensorType(type, shape(random))));
    }
    return name;
  }

  private static ValueType kind(Random random, DataType type) {
    TensorType tensor = new TensorType(type, shape(random));
    return switch (random.nextInt(4)) {
      case 0 -> new ValueType.SequenceType(tensor);
      case 1 -> new ValueType.OptionalType(tensor);
      case 2 -> new ValueType.SequenceType(null);
      default -> new TensorType(null, null);
    };
  }

  private static Shape shape(Random random) {
    int rank = random.nextInt(6);
    List<Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      dimensions.add(
          switch (random.nextInt(8)) {
            case 0 -> Dimension.UNKNOWN;
            case 1 -> Dimension.symbol("n");
            case 2 -> Dimension.symbol("2*n + 1");
            case 3 -> Dimension.of(0);
            case 4 -> Dimension.of(random.nextInt(20) == 0 ? Long.MAX_VALUE : 1);
            default -> Dimension.of(random.nextInt(5) + 1);
          });
    }
    return new Shape(dimensions);
  }

  private static Tensor constant(DataType type, Random random) {
    int rank = random.nextInt(3);
    long[] shape = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      shape[axis] = random.nextInt(5);
    }
    double[] values = new double[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] =
          random.nextInt(20) == 0 ? 9e18 * (random.nextBoolean() ? 1 : -1) : random.nextInt(7) - 2;
    }
    return Tensor.ofDoubles(type, values, shape);
  }

  private static Attributes attributes(OperatorSchema schema, Random random) {
    Attributes attributes = Attributes.NONE;
    for (AttributeSchema attribute : schema.attributes()) {
      if (attribute.required() ? random.nextInt(12) > 0 : random.nextInt(3) == 0) {
        Attribute value = attribute(attribute, random);
        attributes = value == null ? attributes : attributes.with(attribute.name(), value);
      }
    }
    return attributes;
  }

  private static @org.jspecify.annotations.Nullable Attribute attribute(
      AttributeSchema attribute, Random random) {
    if (random.nextInt(20) == 0) {
      return Attribute.of("of another kind");
    }
    long small = random.nextInt(15) == 0 ? random.nextLong() : random.nextInt(6) - 1;
    return switch (attribute.kind().getSimpleName()) {
      case "IntAttribute" -> Attribute.of(small);
      case "FloatAttribute" -> Attribute.of((float) small);
      case "StringAttribute" ->
          Attribute.of(
              switch (random.nextInt(6)) {
                case 0 -> "SAME_UPPER";
                case 1 -> "VALID";
                case 2 -> "ij,jk->ik";
                case 3 -> "...a,...b->...ab";
                case 4 -> "bidirectional";
                default -> "";
              });
      case "IntsAttribute" -> Attribute.of(random.longs(random.nextInt(5), -2, 5).toArray());
      case "TensorAttribute" -> Attribute.of(constant(DataType.INT64, random));
      case "GraphAttribute" -> Attribute.of(body(random));
      default -> null;
    };
  }

  private static Graph body(Random random) {
    List<Value> inputs = new ArrayList<>();
    List<Value> outputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    String id = "b" + random.nextInt(1000) + "_";
    for (int index = 0; index < random.nextInt(4); index++) {
      inputs.add(new Value(id + "i" + index, null));
    }
    for (int index = 0; index < random.nextInt(4); index++) {
      String read = index < inputs.size() ? inputs.get(index).name() : id + "c";
      nodes.add(
          Node.onnx(
              id + "n" + index,
              "Identity",
              Attributes.NONE,
              List.of(read),
              List.of(id + "o" + index)));
      outputs.add(new Value(id + "o" + index, null));
    }
    return new Graph(id, inputs, outputs, Map.of(id + "c", Tensor.scalar(1L)), nodes, Map.of());
  }
}
