package io.nncf4j.formats.openvino.ir;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which forms of operators OpenVINO has: each type with the numbers of the operator sets that
 * brought in a form of it, from OpenVINO's specification of operator sets 1 to 15.
 */
public final class OperatorSets {
  private static final List<String> FORMS =
      List.of(
          "1 Abs Acos Add Asin Atan BatchNormInference BinaryConvolution CTCGreedyDecoder Ceiling"
              + " Clamp Concat Const Convert ConvertLike Convolution ConvolutionBackpropData Cos"
              + " Cosh DeformablePSROIPooling DepthToSpace DetectionOutput Divide Elu Equal Erf Exp"
              + " FakeQuantize Floor FloorMod Greater GreaterEqual GroupConvolution"
              + " GroupConvolutionBackpropData HardSigmoid LRN LSTMCell LSTMSequence Less LessEqual"
              + " Log LogicalAnd LogicalNot LogicalOr LogicalXor MatMul Maximum Minimum Mod Multiply"
              + " Negative NormalizeL2 NotEqual OneHot PReLU PSROIPooling Pad Parameter Power"
              + " PriorBox PriorBoxClustered ReLU ReduceLogicalAnd ReduceLogicalOr ReduceMax"
              + " ReduceMean ReduceMin ReduceProd ReduceSum RegionYolo Reshape Result"
              + " ReverseSequence Select Selu ShuffleChannels Sigmoid Sign Sin Sinh SpaceToDepth"
              + " Split Sqrt SquaredDifference Squeeze StridedSlice Subtract Tan Tanh"
              + " TensorIterator Tile Transpose Unsqueeze VariadicSplit ShapeOf",
          "2 BatchToSpace GRN MVN ROIPooling ReorgYolo SpaceToBatch",
          "3 Acosh Asinh Assign Atanh Bucketize CumSum EmbeddingBagOffsetsSum EmbeddingBagPackedSum"
              + " EmbeddingSegmentsSum ExtractImagePatches GRUCell NonZero RNNCell ROIAlign ReadValue"
              + " ScatterElementsUpdate ScatterNDUpdate ScatterUpdate ShapeOf TopK Broadcast",
          "4 HSwish Interpolate LSTMCell Mish Proposal Range ReduceL1 ReduceL2 SoftPlus Swish"
              + " CTCLoss",
          "5 BatchNormInference GRUSequence GatherND HSigmoid LSTMSequence LogSoftmax Loop"
              + " NonMaxSuppression RNNSequence Round",
          "6 CTCGreedyDecoderSeqLen ExperimentalDetectronDetectionOutput GatherElements MVN Assign"
              + " ReadValue",
          "7 DFT Einsum Gather Gelu IDFT Roll",
          "8 AdaptiveAvgPool AdaptiveMaxPool DeformableConvolution DetectionOutput Gather GatherND"
              + " I420toBGR I420toRGB If MatrixNms MaxPool MulticlassNms NV12toBGR NV12toRGB PriorBox"
              + " RandomUniform Slice SoftMax",
          "9 Eye GenerateProposals GridSample IRDFT MulticlassNms NonMaxSuppression RDFT ROIAlign"
              + " SoftSign",
          "10 IsFinite IsInf IsNaN Unique",
          "11 Interpolate TopK",
          "12 GroupNormalization Pad ScatterElementsUpdate",
          "13 BitwiseAnd BitwiseNot BitwiseOr BitwiseXor FakeConvert Multinomial NMSRotated"
              + " ScaledDotProductAttention",
          "14 AvgPool ConvertPromoteTypes Inverse MaxPool",
          "15 BitwiseLeftShift BitwiseRightShift Col2Im EmbeddingBagOffsets EmbeddingBagPacked"
              + " ROIAlignRotated ScatterNDUpdate STFT SearchSorted SliceScatter Squeeze"
              + " StringTensorPack StringTensorUnpack");

  /** Forms of the first set that came again later under the same number. */
  private static final String ALSO_FIRST =
      "AvgPool Broadcast DeformableConvolution Gather GatherTree Interpolate MaxPool"
          + " NonMaxSuppression Proposal ReverseSequence SoftMax TopK";

  private static final Map<String, Set<Integer>> VERSIONS = versions();

  private OperatorSets() {}

  private static Map<String, Set<Integer>> versions() {
    Map<String, Set<Integer>> versions = new HashMap<>();
    for (String line : FORMS) {
      String[] words = line.split(" ");
      for (int index = 1; index < words.length; index++) {
        add(versions, words[index], Integer.parseInt(words[0]));
      }
    }
    for (String type : ALSO_FIRST.split(" ")) {
      add(versions, type, 1);
    }
    for (int set : new int[] {3, 4}) {
      add(versions, "NonMaxSuppression", set);
    }
    return versions;
  }

  private static void add(Map<String, Set<Integer>> versions, String type, int set) {
    versions.computeIfAbsent(type, key -> new java.util.TreeSet<>()).add(set);
  }

  /** True when the operator set that {@code opset} names brought in a form of this operator. */
  public static boolean has(String type, String opset) {
    return opset.matches("opset\\d{1,2}")
        && VERSIONS.getOrDefault(type, Set.of()).contains(Integer.parseInt(opset.substring(5)));
  }
}
