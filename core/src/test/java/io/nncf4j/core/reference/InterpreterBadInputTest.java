package io.nncf4j.core.reference;

import static io.nncf4j.core.Graphs.graph;
import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.NncfException;
import io.nncf4j.core.graph.Attribute;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.OperatorType;
import io.nncf4j.core.operator.AttributeSchema;
import io.nncf4j.core.operator.OperatorSchema;
import io.nncf4j.core.operator.OperatorSchemas;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a model asks of the interpreter, it gives tensors or one sentence, in bounded work. */
class InterpreterBadInputTest {
  private static final DataType[] TYPES = {
    DataType.FLOAT32,
    DataType.INT64,
    DataType.INT64,
    DataType.BOOL,
    DataType.UINT8,
    DataType.INT4,
    DataType.FLOAT16,
    DataType.UINT64,
    DataType.STRING
  };
  private static final long[] NUMBERS = {
    0, 1, 2, 3, -1, -2, 5, 100, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE
  };

  @Test
  void everyOperatorSurvivesRandomInputsAndAttributes() {
    Interpreter interpreter = new Interpreter(new Interpreter.Limits(20_000, 50));
    int computed = 0;
    for (String operator : Interpreter.operators()) {
      for (int seed = 0; seed < 150; seed++) {
        Random random = new Random(operator.hashCode() * 1000L + seed);
        Node node = node(operator, random);
        List<Tensor> inputs = new ArrayList<>();
        node.inputs().forEach(name -> inputs.add(name.isEmpty() ? null : tensor(random)));
        try {
          List<Tensor> results = interpreter.run(node, inputs);
          assertThat(results).isNotEmpty();
          computed++;
        } catch (NncfException e) {
          assertThat(e.getMessage()).isNotBlank();
        } catch (RuntimeException | OutOfMemoryError e) {
          throw new AssertionError(operator + " seed " + seed + ": " + node + " of " + inputs, e);
        }
      }
    }
    assertThat(computed).isGreaterThan(500);
  }

  private static Node node(String operator, Random random) {
    int dot = operator.lastIndexOf('.');
    OperatorType type =
        dot < 0
            ? OperatorType.onnx(operator)
            : new OperatorType(operator.substring(0, dot), operator.substring(dot + 1));
    OperatorSchema schema = OperatorSchemas.standard().find(type);
    Attributes attributes = Attributes.NONE;
    for (AttributeSchema attribute : schema.attributes()) {
      if (random.nextInt(3) > 0) {
        attributes = attributes.with(attribute.name(), value(attribute, random));
      }
    }
    List<String> inputs = new ArrayList<>();
    int count = random.nextInt(Math.min(schema.maximumInputs(), 6) + 1);
    for (int index = 0; index < count; index++) {
      inputs.add(random.nextInt(8) == 0 ? "" : "i" + index);
    }
    return new Node("n", type, attributes, inputs, List.of("o"));
  }

  private static Attribute value(AttributeSchema attribute, Random random) {
    String kind = attribute.kind().getSimpleName();
    return switch (kind) {
      case "IntAttribute" -> Attribute.of(NUMBERS[random.nextInt(NUMBERS.length)]);
      case "FloatAttribute" -> Attribute.of(random.nextFloat() * 4 - 2);
      case "IntsAttribute" -> Attribute.of(numbers(random));
      case "TensorAttribute" -> Attribute.of(tensor(random));
      case "GraphAttribute" ->
          Attribute.of(graph().node("c", "Constant", "", constant(random)).output("c").build());
      default -> Attribute.of(random.nextBoolean() ? "SAME_UPPER" : "reflect");
    };
  }

  private static Attributes constant(Random random) {
    return Attributes.of("value", Attribute.of(tensor(random)));
  }

  private static long[] numbers(Random random) {
    return random
        .ints(random.nextInt(5), 0, random.nextInt(4) == 0 ? NUMBERS.length : 4)
        .mapToLong(index -> NUMBERS[index])
        .toArray();
  }

  private static Tensor tensor(Random random) {
    DataType type = TYPES[random.nextInt(TYPES.length)];
    long[] shape = random.longs(random.nextInt(6), 0, 4).toArray();
    int size = Tensor.elementCount(shape);
    if (type == DataType.STRING) {
      return Tensor.ofStrings(java.util.Collections.nCopies(size, "text"), shape);
    }
    if (type == DataType.INT64) {
      boolean wild = random.nextInt(4) == 0;
      long[] values =
          random
              .ints(size, 0, wild ? NUMBERS.length : 5)
              .mapToLong(index -> NUMBERS[index])
              .toArray();
      return Tensor.ofLongs(values, shape);
    }
    return Tensor.ofDoubles(
        type, random.doubles(size).map(value -> value * 6 - 2).toArray(), shape);
  }
}
