package io.nncf4j.oracles.tensorflow;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A graph of TensorFlow of a few nodes, and inputs for it. */
final class SmallGraph implements AutoCloseable {
  final Graph graph = new Graph();
  final Ops ops = Ops.create(graph);
  final Map<String, Tensor> inputs = new LinkedHashMap<>();
  private final Random random = new Random(5);
  private int count;

  /** A placeholder; values between -1 and 1. */
  Output<TFloat32> input(long... shape) {
    return range(-1, 1, shape);
  }

  /** A placeholder; values in a range. */
  Output<TFloat32> range(double low, double high, long... shape) {
    String name = "x" + count++;
    inputs.put(name, Tensor.ofDoubles(DataType.FLOAT32, values(low, high, shape), shape));
    return placeholder(name, org.tensorflow.proto.DataType.DT_FLOAT, shape).output(0);
  }

  /** A placeholder of whole numbers. */
  Output<TInt32> integers(int low, int high, long... shape) {
    String name = "x" + count++;
    double[] values = values(low, high, shape);
    for (int index = 0; index < values.length; index++) {
      values[index] = Math.floor(values[index]);
    }
    inputs.put(name, Tensor.ofDoubles(DataType.INT32, values, shape));
    return placeholder(name, org.tensorflow.proto.DataType.DT_INT32, shape).output(0);
  }

  /** A placeholder of truth values. */
  Output<TBool> truths(long... shape) {
    String name = "x" + count++;
    double[] values = values(0, 2, shape);
    for (int index = 0; index < values.length; index++) {
      values[index] = Math.floor(values[index]);
    }
    inputs.put(name, Tensor.ofDoubles(DataType.BOOL, values, shape));
    return placeholder(name, org.tensorflow.proto.DataType.DT_BOOL, shape).output(0);
  }

  private double[] values(double low, double high, long... shape) {
    double[] values = new double[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = (float) (low + random.nextDouble() * (high - low));
    }
    return values;
  }

  private Operation placeholder(String name, org.tensorflow.proto.DataType type, long... shape) {
    return graph
        .opBuilder("Placeholder", name, ops.scope())
        .setAttr("dtype", type)
        .setAttr("shape", Shape.of(shape))
        .build();
  }

  /** A constant of random values. */
  Output<TFloat32> weights(long... shape) {
    float[] values = new float[Tensor.elementCount(shape)];
    for (int index = 0; index < values.length; index++) {
      values[index] = random.nextFloat() * 2 - 1;
    }
    return ops.constant(Shape.of(shape), DataBuffers.of(values)).asOutput();
  }

  Output<TFloat32> numbers(float... values) {
    return ops.constant(values).asOutput();
  }

  Output<TInt32> list(int... values) {
    return ops.constant(values).asOutput();
  }

  Output<TInt32> number(int value) {
    return ops.constant(value).asOutput();
  }

  Output<TFloat32> number(float value) {
    return ops.constant(value).asOutput();
  }

  /** A node to be given attributes. */
  Draft op(String type, Object... inputs) {
    String name = type.toLowerCase(java.util.Locale.ROOT) + "_" + count++;
    OperationBuilder builder = graph.opBuilder(type, name, ops.scope());
    for (Object each : inputs) {
      if (each instanceof Output<?>[] outputs) {
        builder.addInputList(outputs);
      } else {
        builder.addInput((Output<?>) each);
      }
    }
    return new Draft(builder);
  }

  record Draft(OperationBuilder builder) {
    Draft with(String name, String value) {
      builder.setAttr(name, value);
      return this;
    }

    Draft with(String name, boolean value) {
      builder.setAttr(name, value);
      return this;
    }

    Draft with(String name, float value) {
      builder.setAttr(name, value);
      return this;
    }

    Draft with(String name, int value) {
      builder.setAttr(name, (long) value);
      return this;
    }

    Draft with(String name, org.tensorflow.proto.DataType value) {
      builder.setAttr(name, value);
      return this;
    }

    Draft list(String name, long... values) {
      builder.setAttr(name, values);
      return this;
    }

    Output<?> out() {
      return builder.build().output(0);
    }

    Output<?> out(int index) {
      return builder.build().output(index);
    }

    Operation build() {
      return builder.build();
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
