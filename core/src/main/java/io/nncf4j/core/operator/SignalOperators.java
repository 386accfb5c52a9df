package io.nncf4j.core.operator;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.symbolic.SymbolicInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fourier transforms and windows. Complex numbers are a last axis of length 2. */
final class SignalOperators {
  private SignalOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Signal");
    family
        .onnx("DFT", "input:T1, dft_length?:index, axis?:int64 -> output:T1", "T1=float")
        .attributes("inverse:int=0, onesided:int=0")
        .shape(SignalOperators::fourier);
    family
        .onnx(
            "STFT",
            "signal:T1, frame_step:T2, window?:T1, frame_length?:T2 -> output:T1",
            "T1=float; T2=index")
        .attributes("onesided:int=1")
        .shape(SignalOperators::shortTime);
    for (String type : List.of("BlackmanWindow", "HammingWindow", "HannWindow")) {
      family
          .onnx(type, "size:index -> output:any", "")
          .attributes("output_datatype:int=1, periodic:int=1")
          .infer(
              context ->
                  List.of(
                      new TensorType(
                          OnnxTypes.ofCode(context.node().intAttribute("output_datatype", 1)),
                          Shape.of(single(context, 0).toDimension()))));
    }
    family
        .onnx(
            "MelWeightMatrix",
            "num_mel_bins:index, dft_length:index, sample_rate:index, lower_edge_hertz:float,"
                + " upper_edge_hertz:float -> output:any",
            "")
        .attributes("output_datatype:int=1")
        .infer(
            context ->
                List.of(
                    new TensorType(
                        OnnxTypes.ofCode(context.node().intAttribute("output_datatype", 1)),
                        Shape.of(
                            single(context, 1).floorDivide(2).plus(1).toDimension(),
                            single(context, 0).toDimension()))));
    return family.schemas();
  }

  private static SymbolicInteger single(InferenceContext context, int index) {
    List<SymbolicInteger> values = context.integers(index);
    return values == null || values.size() != 1 ? SymbolicInteger.UNKNOWN : values.get(0);
  }

  private static @Nullable Shape fourier(InferenceContext context) {
    Shape shape = context.shape(0);
    if (shape == null) {
      return null;
    }
    Axes.requireRankAtLeast(shape, 2, "the input");
    SymbolicInteger given = context.hasInput(2) ? single(context, 2) : SymbolicInteger.of(-2);
    boolean inverse = context.node().intAttribute("inverse", 0) != 0;
    boolean oneSided = context.node().intAttribute("onesided", 0) != 0;
    Shape result = shape.with(-1, Dimension.of(oneSided && inverse ? 1 : 2));
    if (!given.isConstant()) {
      return Axes.unknown(shape.rank()).with(-1, result.get(-1));
    }
    int axis = Axes.normalize(given.constant(), shape.rank());
    if (axis == shape.rank() - 1) {
      throw new InputException("the last axis holds complex numbers and cannot be transformed");
    }
    SymbolicInteger length = context.hasInput(1) ? single(context, 1) : Axes.length(shape, axis);
    if (oneSided) {
      length =
          !inverse
              ? length.floorDivide(2).plus(1)
              : context.hasInput(1) ? length : length.plus(-1).times(2);
    }
    return result.with(axis, length.toDimension());
  }

  private static @Nullable Shape shortTime(InferenceContext context) {
    Shape signal = context.shape(0);
    Shape window = context.shape(2);
    Axes.requireRankAtLeast(signal, 2, "the signal");
    SymbolicInteger frame =
        context.hasInput(3)
            ? single(context, 3)
            : window != null && window.rank() == 1
                ? Axes.length(window, 0)
                : SymbolicInteger.UNKNOWN;
    SymbolicInteger step = single(context, 1);
    SymbolicInteger frames = SymbolicInteger.UNKNOWN;
    if (signal != null && step.lowerBound() > 0) {
      frames = Axes.length(signal, 1).minus(frame).floorDivide(step).plus(1);
    }
    boolean oneSided = context.node().intAttribute("onesided", 1) != 0;
    SymbolicInteger bins = oneSided ? frame.floorDivide(2).plus(1) : frame;
    return Shape.of(
        signal == null ? Dimension.UNKNOWN : signal.get(0),
        frames.toDimension(),
        bins.toDimension(),
        Dimension.of(2));
  }
}
