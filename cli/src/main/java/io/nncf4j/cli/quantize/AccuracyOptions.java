package io.nncf4j.cli.quantize;

import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for models that lose too much with the usual ones; a mixin. */
final class AccuracyOptions {
  @Option(
      names = "--smooth-quant-alpha",
      paramLabel = "ALPHA",
      description =
          "How much of the outliers SmoothQuant moves from activations to weights of matrix products,"
              + " 0 to 1, or below 0 for none (default: 0.5 with --model-type transformer, else"
              + " none).")
  private @Nullable Double smoothQuantAlpha;

  @Option(
      names = "--smooth-quant-convolution-alpha",
      paramLabel = "ALPHA",
      description = "The same for convolutions (default: none).")
  private @Nullable Double convolutionAlpha;

  @Option(
      names = "--channel-alignment",
      description =
          "Give the channels between two convolutions the same middle and width before quantizing.")
  private boolean channelAlignment;

  @Option(
      names = "--wide-activations",
      paramLabel = "NODE[,NODE...]",
      description = "Names of nodes whose inputs get 16 bits, separated by commas.")
  private List<String> wideNames = List.of();

  @Option(
      names = "--wide-activation-types",
      paramLabel = "TYPE[,TYPE...]",
      description = "Operator types whose inputs get 16 bits, separated by commas.")
  private List<String> wideTypes = List.of();

  @Option(
      names = "--no-accuracy-guard",
      description =
          "Quantize also the few places where 8 bits were measured to make much of the error of the"
              + " outputs.")
  private boolean withoutGuard;

  /** Whether places where 8 bits cost much stay in float. */
  boolean sensitiveInFloat() {
    return !withoutGuard;
  }

  /** The options that were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (smoothQuantAlpha != null) {
      given.add("--smooth-quant-alpha");
    }
    if (convolutionAlpha != null) {
      given.add("--smooth-quant-convolution-alpha");
    }
    if (channelAlignment) {
      given.add("--channel-alignment");
    }
    if (withoutGuard) {
      given.add("--no-accuracy-guard");
    }
    if (!wideNames.isEmpty()) {
      given.add("--wide-activations");
    }
    if (!wideTypes.isEmpty()) {
      given.add("--wide-activation-types");
    }
    return given;
  }

  /**
   * @throws io.nncf4j.core.InputException when a number makes no sense
   */
  Equalization equalization(boolean isTransformer) {
    Equalization defaults = Equalization.defaults().withDisableChannelAlignment(!channelAlignment);
    if (smoothQuantAlpha == null && convolutionAlpha == null) {
      return defaults;
    }
    SmoothQuantAlphas usual = isTransformer ? SmoothQuantAlphas.defaults() : SmoothQuantAlphas.OFF;
    return defaults.withSmoothQuant(
        new SmoothQuantAlphas(
            convolutionAlpha == null ? usual.convolution() : convolutionAlpha,
            smoothQuantAlpha == null ? usual.matmul() : smoothQuantAlpha));
  }

  /**
   * Nodes whose inputs get 16 bits; null for none.
   *
   * @throws io.nncf4j.core.InputException when a name is empty
   */
  @Nullable IgnoredScope wideActivations() {
    return wideNames.isEmpty() && wideTypes.isEmpty()
        ? null
        : new IgnoredScope(
            CommaSeparated.names("--wide-activations", wideNames),
            List.of(),
            CommaSeparated.names("--wide-activation-types", wideTypes),
            List.of(),
            true);
  }
}
