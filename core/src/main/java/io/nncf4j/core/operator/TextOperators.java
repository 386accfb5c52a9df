package io.nncf4j.core.operator;

import io.nncf4j.core.graph.Dimension;
import io.nncf4j.core.graph.Shape;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.tensor.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings, encoded images, and training losses: what feeds a model or judges it. */
final class TextOperators {
  private TextOperators() {}

  static List<OperatorSchema> schemas() {
    Family family = new Family("Text, files and losses");
    family
        .onnx("StringNormalizer", "X:string -> Y:string", "")
        .attributes(
            "case_change_action:string=NONE, is_case_sensitive:int=0, locale:string,"
                + " stopwords:strings")
        .shape(
            context -> {
              Shape shape = context.shape(0);
              boolean drops = context.node().attributes().has("stopwords");
              return shape == null || !drops || shape.rank() == 0
                  ? shape
                  : shape.with(-1, context.dataDependent(0, shape.rank() - 1));
            });
    family
        .onnx("StringConcat", "X:string, Y:string -> Z:string", "")
        .shape(Broadcasting::ofAllInputs);
    family
        .onnx("StringSplit", "X:string -> Y:string, Z:int64", "")
        .attributes("delimiter:string, maxsplit:int")
        .infer(
            context -> {
              Shape shape = context.shape(0);
              List<Dimension> split =
                  new ArrayList<>(shape == null ? List.of() : shape.dimensions());
              split.add(context.dataDependent(0, split.size()));
              return List.of(
                  new TensorType(DataType.STRING, shape == null ? null : new Shape(split)),
                  new TensorType(DataType.INT64, shape));
            });
    family
        .onnx("RegexFullMatch", "X:string -> Y:bool", "")
        .attributes("pattern:string")
        .shape(context -> context.shape(0));
    family
        .onnx("TfIdfVectorizer", "X:string|index -> Y:float32", "")
        .attributes(
            "max_gram_length:int!, max_skip_count:int!, min_gram_length:int!, mode:string!,"
                + " ngram_counts:ints!, ngram_indexes:ints!, pool_int64s:ints,"
                + " pool_strings:strings, weights:floats")
        .shape(TextOperators::counts);
    family
        .onnx("ImageDecoder", "encoded_stream:uint8 -> image:uint8", "")
        .attributes("pixel_format:string=RGB")
        .shape(
            context ->
                Shape.of(
                    context.dataDependent(0, 0),
                    context.dataDependent(0, 1),
                    Dimension.of(
                        context.node().stringAttribute("pixel_format", "RGB").equals("Grayscale")
                            ? 1
                            : 3)));
    family
        .onnx(
            "NegativeLogLikelihoodLoss",
            "input:T, target:I, weight?:T -> loss:T",
            "T=float; I=index")
        .attributes("ignore_index:int, reduction:string=mean")
        .shape(TextOperators::loss);
    family
        .onnx(
            "SoftmaxCrossEntropyLoss",
            "scores:T, labels:I, weights?:T -> output:T, log_prob?:T",
            "T=float; I=index")
        .attributes("ignore_index:int, reduction:string=mean")
        .infer(
            context ->
                List.of(
                    new TensorType(null, loss(context)), new TensorType(null, context.shape(0))));
    return family.schemas();
  }

  private static @Nullable Shape loss(InferenceContext context) {
    return context.node().stringAttribute("reduction", "mean").equals("none")
        ? context.shape(1)
        : Shape.SCALAR;
  }

  private static @Nullable Shape counts(InferenceContext context) {
    Shape shape = context.shape(0);
    long[] indexes = context.node().intsAttribute("ngram_indexes");
    if (shape == null || shape.rank() == 0) {
      return shape;
    }
    long columns = Arrays.stream(indexes).max().orElse(-1) + 1;
    return shape.with(-1, Dimension.of(columns));
  }
}
