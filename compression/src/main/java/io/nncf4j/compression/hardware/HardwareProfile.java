package io.nncf4j.compression.hardware;

import static io.nncf4j.compression.hardware.OperatorClass.ADD;
import static io.nncf4j.compression.hardware.OperatorClass.AVERAGE_POOLING;
import static io.nncf4j.compression.hardware.OperatorClass.COMPARISON;
import static io.nncf4j.compression.hardware.OperatorClass.CONCATENATION;
import static io.nncf4j.compression.hardware.OperatorClass.CONVOLUTION;
import static io.nncf4j.compression.hardware.OperatorClass.DEPTHWISE_CONVOLUTION;
import static io.nncf4j.compression.hardware.OperatorClass.DIVIDE;
import static io.nncf4j.compression.hardware.OperatorClass.EMBEDDING;
import static io.nncf4j.compression.hardware.OperatorClass.EMBEDDING_BAG;
import static io.nncf4j.compression.hardware.OperatorClass.FLOOR_MODULO;
import static io.nncf4j.compression.hardware.OperatorClass.GROUP_NORMALIZATION;
import static io.nncf4j.compression.hardware.OperatorClass.INTERPOLATION;
import static io.nncf4j.compression.hardware.OperatorClass.LOGICAL;
import static io.nncf4j.compression.hardware.OperatorClass.MATRIX_MULTIPLICATION;
import static io.nncf4j.compression.hardware.OperatorClass.MAXIMUM;
import static io.nncf4j.compression.hardware.OperatorClass.MEAN_VARIANCE_NORMALIZATION;
import static io.nncf4j.compression.hardware.OperatorClass.MINIMUM;
import static io.nncf4j.compression.hardware.OperatorClass.MULTIPLY;
import static io.nncf4j.compression.hardware.OperatorClass.NORMALIZE_L2;
import static io.nncf4j.compression.hardware.OperatorClass.PASS_THROUGH;
import static io.nncf4j.compression.hardware.OperatorClass.POWER;
import static io.nncf4j.compression.hardware.OperatorClass.RECURRENT_SEQUENCE;
import static io.nncf4j.compression.hardware.OperatorClass.REDUCE_L2;
import static io.nncf4j.compression.hardware.OperatorClass.REDUCE_MEAN;
import static io.nncf4j.compression.hardware.OperatorClass.REDUCE_SUM;
import static io.nncf4j.compression.hardware.OperatorClass.SCALED_DOT_PRODUCT_ATTENTION;
import static io.nncf4j.compression.hardware.OperatorClass.SUBTRACT;

import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.compression.quantization.plan.Quantizer.Mode;
import io.nncf4j.compression.quantization.plan.Quantizer.Signedness;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a target device can run in which precision. A class of operators without an entry is not
 * quantized; an entry without configurations passes through what it is given.
 *
 * <p>The tables are those of OpenVINO's devices as the original framework describes them.
 */
public record HardwareProfile(String name, Map<OperatorClass, OperatorSupport> operators) {
  public HardwareProfile {
    operators = Map.copyOf(operators);
  }

  /** The entry for a class of operators, or null. */
  public @Nullable OperatorSupport support(OperatorClass operator) {
    return operators.get(operator);
  }

  public static HardwareProfile cpu() {
    return new HardwareProfile("CPU", processor());
  }

  public static HardwareProfile gpu() {
    Map<OperatorClass, OperatorSupport> table = processor();
    // Interpolation by nearest neighbour passes through; one entry serves all modes there.
    table.put(INTERPOLATION, wildcard());
    return new HardwareProfile("GPU", table);
  }

  public static HardwareProfile npu() {
    Map<OperatorClass, OperatorSupport> table = processor();
    table.put(INTERPOLATION, wildcard());
    table.put(EMBEDDING_BAG, entry(List.of(), EMBEDDING_WEIGHTS));
    table.put(
        CONVOLUTION,
        entry(
            join(ACTIVATIONS, FOUR_BIT_TENSOR),
            join(WEIGHTS, join(FOUR_BIT_WEIGHTS, FOUR_BIT_TENSOR))));
    table.put(
        DEPTHWISE_CONVOLUTION,
        entry(CHANNEL_ACTIVATIONS, join(WEIGHTS, join(FOUR_BIT_WEIGHTS, TWO_BIT_WEIGHTS))));
    table.put(
        MATRIX_MULTIPLICATION,
        entry(
            join(ACTIVATIONS, FOUR_BIT_TENSOR),
            join(WEIGHTS, join(FOUR_BIT_WEIGHTS, TWO_BIT_WEIGHTS))));
    for (OperatorClass elementwise : List.of(ADD, MULTIPLY, MAXIMUM, MINIMUM, SUBTRACT)) {
      table.put(
          elementwise,
          new OperatorSupport(
              join(ACTIVATIONS, FOUR_BIT_TENSOR), join(WEIGHTS, FOUR_BIT_TENSOR), true));
    }
    for (OperatorClass elementwise : List.of(DIVIDE, COMPARISON, FLOOR_MODULO, LOGICAL)) {
      table.put(elementwise, new OperatorSupport(ACTIVATIONS, WEIGHTS, true));
    }
    return new HardwareProfile("NPU", table);
  }

  /** Whatever a quantizer can be, 8 bits first: for experiments that no device limits. */
  public static HardwareProfile trial() {
    Map<OperatorClass, OperatorSupport> table = processor();
    List<Quantizer> activations = new ArrayList<>();
    List<Quantizer> weights = new ArrayList<>();
    for (int bits : new int[] {8, 7, 6, 5, 4, 3, 2, 16, 15, 14, 13, 12, 11, 10, 9}) {
      for (boolean narrow : new boolean[] {false, true}) {
        for (boolean symmetric : new boolean[] {true, false}) {
          for (boolean perChannel : new boolean[] {false, true}) {
            activations.add(configuration(bits, symmetric, perChannel, narrow, false));
            weights.add(configuration(bits, symmetric, !perChannel, !narrow, symmetric));
          }
        }
      }
    }
    table.replaceAll(
        (operator, support) ->
            new OperatorSupport(
                support.isWildcard() ? List.of() : activations,
                support.weights().isEmpty() ? List.of() : weights,
                support.unifiedScales()));
    return new HardwareProfile("TRIAL", table);
  }

  private static final List<Quantizer> ACTIVATIONS =
      join(activations(8, false), activations(16, false));
  private static final List<Quantizer> CHANNEL_ACTIVATIONS =
      join(activations(8, true), activations(16, true));
  private static final List<Quantizer> SYMMETRIC_ACTIVATIONS =
      List.of(
          configuration(8, true, false, false, false),
          configuration(16, true, false, false, false));
  private static final List<Quantizer> WEIGHTS =
      join(
          join(symmetricWeights(8), asymmetricWeights(8)),
          join(symmetricWeights(16), asymmetricWeights(16)));
  private static final List<Quantizer> SYMMETRIC_WEIGHTS =
      join(symmetricWeights(8), symmetricWeights(16));
  private static final List<Quantizer> EMBEDDING_WEIGHTS =
      join(
          join(anyNarrowWeights(8), asymmetricWeights(8)),
          join(anyNarrowWeights(16), asymmetricWeights(16)));
  private static final List<Quantizer> FOUR_BIT_TENSOR =
      List.of(configuration(4, true, false, false, false));
  private static final List<Quantizer> FOUR_BIT_WEIGHTS = symmetric(4);
  private static final List<Quantizer> TWO_BIT_WEIGHTS = symmetric(2);

  private static Map<OperatorClass, OperatorSupport> processor() {
    Map<OperatorClass, OperatorSupport> table = new EnumMap<>(OperatorClass.class);
    table.put(CONVOLUTION, entry(ACTIVATIONS, WEIGHTS));
    table.put(MATRIX_MULTIPLICATION, entry(ACTIVATIONS, WEIGHTS));
    table.put(DEPTHWISE_CONVOLUTION, entry(CHANNEL_ACTIVATIONS, WEIGHTS));
    for (OperatorClass elementwise :
        List.of(
            ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, MINIMUM, COMPARISON, FLOOR_MODULO, LOGICAL)) {
      table.put(elementwise, entry(ACTIVATIONS, WEIGHTS));
    }
    for (OperatorClass plain :
        List.of(
            POWER,
            AVERAGE_POOLING,
            NORMALIZE_L2,
            REDUCE_L2,
            REDUCE_MEAN,
            REDUCE_SUM,
            MEAN_VARIANCE_NORMALIZATION,
            GROUP_NORMALIZATION,
            INTERPOLATION)) {
      table.put(plain, entry(ACTIVATIONS, List.of()));
    }
    table.put(CONCATENATION, new OperatorSupport(List.of(), List.of(), true));
    table.put(RECURRENT_SEQUENCE, entry(ACTIVATIONS, SYMMETRIC_WEIGHTS));
    table.put(SCALED_DOT_PRODUCT_ATTENTION, entry(SYMMETRIC_ACTIVATIONS, List.of()));
    table.put(EMBEDDING, entry(List.of(), EMBEDDING_WEIGHTS));
    table.put(EMBEDDING_BAG, wildcard());
    table.put(PASS_THROUGH, wildcard());
    return table;
  }

  private static OperatorSupport entry(List<Quantizer> activations, List<Quantizer> weights) {
    return new OperatorSupport(activations, weights, false);
  }

  private static OperatorSupport wildcard() {
    return entry(List.of(), List.of());
  }

  private static Quantizer configuration(
      int bits, boolean symmetric, boolean perChannel, boolean narrowRange, boolean signed) {
    return new Quantizer(
        bits,
        symmetric ? Mode.SYMMETRIC : Mode.ASYMMETRIC,
        signed ? Signedness.SIGNED : Signedness.FREE,
        perChannel,
        narrowRange);
  }

  /** Symmetric before asymmetric; per channel, where offered, before per tensor. */
  private static List<Quantizer> activations(int bits, boolean channels) {
    List<Quantizer> list = new ArrayList<>();
    for (boolean symmetric : new boolean[] {true, false}) {
      if (channels) {
        list.add(configuration(bits, symmetric, true, false, false));
      }
      list.add(configuration(bits, symmetric, false, false, false));
    }
    return list;
  }

  private static List<Quantizer> symmetricWeights(int bits) {
    return List.of(
        configuration(bits, true, true, true, true), configuration(bits, true, false, true, true));
  }

  private static List<Quantizer> anyNarrowWeights(int bits) {
    return List.of(
        configuration(bits, true, true, true, true),
        configuration(bits, true, true, false, true),
        configuration(bits, true, false, true, true),
        configuration(bits, true, false, false, true));
  }

  private static List<Quantizer> asymmetricWeights(int bits) {
    return List.of(
        configuration(bits, false, true, false, false),
        configuration(bits, false, false, false, false));
  }

  private static List<Quantizer> symmetric(int bits) {
    return List.of(
        configuration(bits, true, true, false, false),
        configuration(bits, true, false, false, false));
  }

  private static List<Quantizer> join(List<Quantizer> first, List<Quantizer> second) {
    List<Quantizer> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
