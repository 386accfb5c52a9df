package io.nncf4j.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nncf4j.core.compose.ForeignNodes;
import io.nncf4j.core.compose.GraphComposer;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.pass.Verifier;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.formats.pytorch.archive.TorchTypes;
import io.nncf4j.formats.pytorch.aten.AtenTranslator;
import io.nncf4j.formats.pytorch.aten.AtenTranslator.Argument;
import io.nncf4j.formats.pytorch.aten.AtenValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stacks of recurrent layers, against loops that compute PyTorch's equations. */
class RecurrentLayersTest {
  private static final int TURNS = 5;
  private static final int BATCH = 2;
  private static final int WIDTH = 3;
  private static final int HIDDEN = 4;

  private final Random random = new Random(9);
  private final GraphComposer graph = new GraphComposer("recurrent");

  private float[] noise(int count) {
    float[] values = new float[count];
    for (int index = 0; index < count; index++) {
      values[index] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  private AtenValue constant(float[] values, long... shape) {
    return new AtenValue.TensorValue(graph.constant("c", Tensor.ofFloats(values, shape)));
  }

  @ParameterizedTest
  @CsvSource({
    "lstm, 1, false, true, false",
    "lstm, 2, true, true, true",
    "lstm, 2, false, false, true",
    "gru, 1, false, true, true",
    "gru, 2, true, true, false",
    "gru, 1, true, false, false",
    "rnn_tanh, 2, true, true, false",
    "rnn_relu, 1, false, false, true"
  })
  void giveWhatTheEquationsGive(
      String operator, int layers, boolean both, boolean biased, boolean batchFirst) {
    int gates = operator.equals("lstm") ? 4 : operator.equals("gru") ? 3 : 1;
    int directions = both ? 2 : 1;
    List<float[]> weights = new ArrayList<>();
    List<AtenValue> params = new ArrayList<>();
    for (int layer = 0; layer < layers * directions; layer++) {
      int width = layer < directions ? WIDTH : HIDDEN * directions;
      for (int[] shape : new int[][] {{gates * HIDDEN, width}, {gates * HIDDEN, HIDDEN}}) {
        weights.add(noise(shape[0] * shape[1]));
        params.add(constant(weights.get(weights.size() - 1), shape[0], shape[1]));
      }
      for (int bias = 0; bias < 2; bias++) {
        weights.add(biased ? noise(gates * HIDDEN) : new float[gates * HIDDEN]);
        if (biased) {
          params.add(constant(weights.get(weights.size() - 1), gates * HIDDEN));
        }
      }
    }
    int stacked = layers * directions;
    float[] state = noise(stacked * BATCH * HIDDEN);
    float[] cell = noise(stacked * BATCH * HIDDEN);
    AtenValue first = constant(state, stacked, BATCH, HIDDEN);
    AtenValue start =
        gates == 4
            ? new AtenValue.Many(List.of(first, constant(cell, stacked, BATCH, HIDDEN)))
            : first;
    Dimension open = Dimension.symbol("open");
    Shape shape =
        batchFirst
            ? Shape.of(Dimension.of(BATCH), open, Dimension.of(WIDTH))
            : Shape.of(open, Dimension.of(BATCH), Dimension.of(WIDTH));
    String input = graph.input("x", new TensorType(DataType.FLOAT32, shape));
    List<Argument> arguments = new ArrayList<>();
    for (AtenValue each :
        List.of(
            new AtenValue.TensorValue(input),
            start,
            new AtenValue.Many(params),
            new AtenValue.Flag(biased),
            new AtenValue.Whole(layers),
            new AtenValue.Real(0.5),
            new AtenValue.Flag(false),
            new AtenValue.Flag(both),
            new AtenValue.Flag(batchFirst))) {
      arguments.add(new Argument("", each));
    }
    List<AtenValue> made =
        new AtenTranslator(graph, TorchTypes::ofExported)
            .call(operator + ".input", operator, arguments, gates == 4 ? 3 : 2);
    for (int output = 0; output < made.size(); output++) {
      graph.output(((AtenValue.TensorValue) made.get(output)).value(), "out" + output);
    }
    Model model = Model.of(graph.build());
    assertThat(ForeignNodes.list(model.graph())).isEmpty();
    assertThat(Verifier.STANDARD.verify(model)).isEmpty();

    float[] values = noise(TURNS * BATCH * WIDTH);
    Tensor given =
        batchFirst
            ? Tensor.ofFloats(swapped(values, WIDTH), BATCH, TURNS, WIDTH)
            : Tensor.ofFloats(values, TURNS, BATCH, WIDTH);
    List<Tensor> found = Running.run(model, given);
    float[] sequence = values;
    int width = WIDTH;
    for (int layer = 0; layer < layers; layer++) {
      float[] next = new float[TURNS * BATCH * HIDDEN * directions];
      for (int direction = 0; direction < directions; direction++) {
        int at = layer * directions + direction;
        run(
            gates,
            operator,
            weights.subList(4 * at, 4 * at + 4),
            sequence,
            width,
            state,
            cell,
            at,
            direction == 1,
            next,
            directions,
            direction);
      }
      sequence = next;
      width = HIDDEN * directions;
    }
    float[] expected = batchFirst ? swapped(sequence, width) : sequence;
    assertClose(found.get(0), expected);
    assertClose(found.get(1), state);
    if (gates == 4) {
      assertClose(found.get(2), cell);
    }
  }

  private static float[] swapped(float[] values, int width) {
    float[] result = new float[values.length];
    for (int turn = 0; turn < TURNS; turn++) {
      for (int item = 0; item < BATCH; item++) {
        System.arraycopy(
            values, (turn * BATCH + item) * width, result, (item * TURNS + turn) * width, width);
      }
    }
    return result;
  }

  /** One direction of one layer; {@code state} and {@code cell} are changed to the last ones. */
  private static void run(
      int gates,
      String operator,
      List<float[]> weights,
      float[] sequence,
      int width,
      float[] state,
      float[] cell,
      int at,
      boolean backwards,
      float[] next,
      int directions,
      int direction) {
    for (int step = 0; step < TURNS; step++) {
      int turn = backwards ? TURNS - 1 - step : step;
      for (int item = 0; item < BATCH; item++) {
        int place = (at * BATCH + item) * HIDDEN;
        double[] given = new double[gates * HIDDEN];
        double[] kept = new double[gates * HIDDEN];
        for (int row = 0; row < gates * HIDDEN; row++) {
          given[row] = weights.get(2)[row];
          kept[row] = weights.get(3)[row];
          for (int column = 0; column < width; column++) {
            given[row] +=
                weights.get(0)[row * width + column]
                    * sequence[(turn * BATCH + item) * width + column];
          }
          for (int column = 0; column < HIDDEN; column++) {
            kept[row] += weights.get(1)[row * HIDDEN + column] * state[place + column];
          }
        }
        for (int unit = 0; unit < HIDDEN; unit++) {
          double now = given[unit] + kept[unit];
          int second = HIDDEN + unit;
          int third = 2 * HIDDEN + unit;
          double result;
          if (gates == 4) {
            int fourth = 3 * HIDDEN + unit;
            double memory =
                sigmoid(given[second] + kept[second]) * cell[place + unit]
                    + sigmoid(now) * Math.tanh(given[third] + kept[third]);
            cell[place + unit] = (float) memory;
            result = sigmoid(given[fourth] + kept[fourth]) * Math.tanh(memory);
          } else if (gates == 3) {
            double fresh = Math.tanh(given[third] + sigmoid(now) * kept[third]);
            double share = sigmoid(given[second] + kept[second]);
            result = (1 - share) * fresh + share * state[place + unit];
          } else {
            result = operator.equals("rnn_relu") ? Math.max(0, now) : Math.tanh(now);
          }
          next[((turn * BATCH + item) * directions + direction) * HIDDEN + unit] = (float) result;
        }
        for (int unit = 0; unit < HIDDEN; unit++) {
          state[place + unit] =
              next[((turn * BATCH + item) * directions + direction) * HIDDEN + unit];
        }
      }
    }
  }

  private static double sigmoid(double value) {
    return 1 / (1 + Math.exp(-value));
  }

  private static void assertClose(Tensor found, float[] expected) {
    assertThat(found.size()).isEqualTo(expected.length);
    for (int index = 0; index < expected.length; index++) {
      assertThat(found.floatAt(index)).isCloseTo(expected[index], within(2e-6f));
    }
  }
}
