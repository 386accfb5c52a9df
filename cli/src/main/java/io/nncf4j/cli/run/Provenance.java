package io.nncf4j.cli.run;

import io.nncf4j.cli.console.ProgramVersion;
import io.nncf4j.compression.options.Equalization;
import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.ModelType;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.RangeOptions;
import io.nncf4j.compression.options.SmoothQuantAlphas;
import io.nncf4j.compression.quantization.QuantizationParameters;
import io.nncf4j.compression.quantization.plan.ActivationPlacement;
import io.nncf4j.compression.quantization.plan.Calibration;
import io.nncf4j.compression.quantization.plan.PlanJson;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.engines.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a quantized model was made of and how: written into its metadata and shown in the report.
 * Holds no time, path or thread count, so that the same job gives the same bytes anywhere.
 */
final class Provenance {
  private static final String PREFIX = "nncf4j.";
  private static final int BUFFER = 1 << 16;

  private final Map<String, String> lines = new LinkedHashMap<>();
  private String plan = "";

  private Provenance() {}

  static Provenance of(
      GivenModel model,
      ChecksummedSamples calibration,
      long seed,
      int samples,
      QuantizationParameters parameters,
      QuantizationPlan plan,
      Engine engine) {
    Provenance made = new Provenance();
    made.lines.put("version", ProgramVersion.text());
    made.lines.put("engine", engine.name() + " " + engine.version());
    made.model(model);
    made.lines.put("calibration", "sha256:" + hashOf(calibration, parameters.subsetSize()));
    made.lines.put("samples", Integer.toString(samples));
    made.lines.put("seed", Long.toString(seed));
    made.options(parameters, plan);
    made.lines.put("plan", "sha256:" + hashOf(PlanJson.write(plan)));
    made.plan = PlanJson.writeCompact(plan);
    return made;
  }

  /**
   * @param choices what was asked for, in the order to show it in
   */
  static Provenance of(
      GivenModel model,
      ChecksummedSamples calibration,
      long seed,
      int samples,
      Map<String, String> choices,
      Engine engine) {
    Provenance made = new Provenance();
    made.lines.put("version", ProgramVersion.text());
    made.lines.put("engine", engine.name() + " " + engine.version());
    made.model(model);
    made.lines.put("calibration", "sha256:" + hashOf(calibration, samples));
    made.lines.put("samples", Integer.toString(samples));
    made.lines.put("seed", Long.toString(seed));
    made.lines.putAll(choices);
    return made;
  }

  private void model(GivenModel model) {
    lines.put("model", "sha256:" + hashOf(ModelFiles.filesOf(model.file())));
    NamedWeights weights = model.weights();
    if (weights != null) {
      lines.put("weights", "sha256:" + hashOf(List.of(weights.file())));
    }
  }

  private void options(QuantizationParameters parameters, QuantizationPlan plan) {
    QuantizationOptions placement = plan.options();
    lines.put("preset", lower(placement.effectivePreset()));
    lines.put("target-device", lower(placement.targetDevice()));
    lines.put("target-runtime", lower(placement.targetRuntime()));
    if (placement.activations().bits() != null) {
      lines.put("activation-bits", String.valueOf(placement.activations().bits()));
    }
    if (placement.quantizeOutputs()) {
      lines.put("quantize-outputs", "true");
    }
    if (placement.modelType() != null) {
      lines.put("model-type", lower(placement.modelType()));
    }
    IgnoredScope ignored = placement.ignoredScope();
    list("ignored-names", ignored.names());
    list("ignored-patterns", ignored.patterns());
    list("ignored-types", ignored.types());
    list("ignored-subgraphs", ignored.subgraphs());
    if (placement.activations().bits() == null) {
      list(
          "wide-activations",
          plan.activations().stream()
              .filter(activation -> activation.quantizer().bits() > 8)
              .map(ActivationPlacement::value)
              .toList());
    }
    if (plan.calibration() != null) {
      calibration(plan.calibration(), placement.modelType());
    }
  }

  private void calibration(Calibration done, @Nullable ModelType type) {
    RangeOptions ranges = done.ranges();
    lines.put("range", String.join(", ", texts(ranges.activations())));
    lines.put("weight-range", ranges.weights().toString());
    lines.put("overflow-fix", lower(ranges.overflowFix()));
    equalization(done.equalization(), type);
    lines.put("bias-correction", lower(done.biasCorrection()));
  }

  private void equalization(Equalization found, @Nullable ModelType type) {
    if (!found.smoothQuantFor(type).isOff()) {
      SmoothQuantAlphas alphas = found.smoothQuantFor(type);
      lines.put("smooth-quant-alpha", Double.toString(alphas.matmul()));
      lines.put("smooth-quant-convolution-alpha", Double.toString(alphas.convolution()));
    }
    if (!found.disableChannelAlignment()) {
      lines.put("channel-alignment", "true");
    }
  }

  private void list(String name, List<?> values) {
    if (!values.isEmpty()) {
      lines.put(name, String.join(", ", texts(values)));
    }
  }

  private static List<String> texts(List<?> values) {
    return values.stream().map(String::valueOf).toList();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Name and value, in the order to show them in. */
  Map<String, String> lines() {
    return lines;
  }

  /** The model with these lines, and the plan where there is one, in its metadata. */
  Model stamp(Model model) {
    Model stamped = model;
    for (Map.Entry<String, String> line : lines.entrySet()) {
      stamped = stamped.withMetadata(PREFIX + line.getKey(), line.getValue());
    }
    return plan.isEmpty() ? stamped : stamped.withMetadata(PREFIX + "plan-json", plan);
  }

  private static String hashOf(List<Path> files) {
    MessageDigest digest = sha256();
    files.forEach(file -> update(digest, file));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Path file) {
    byte[] buffer = new byte[BUFFER];
    try (InputStream stream = Files.newInputStream(file)) {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new InputException(file + " cannot be read", e);
    }
  }

  /** Of the samples' names and of what was decoded: each one's checksum, none for broken ones. */
  private static String hashOf(ChecksummedSamples source, int most) {
    MessageDigest digest = sha256();
    for (int index = 0; index < Math.min(most, source.size()); index++) {
      OptionalLong checksum = source.checksum(index);
      String content = checksum.isPresent() ? Long.toHexString(checksum.getAsLong()) : "broken";
      digest.update((source.name(index) + "\n" + content + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String hashOf(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new NncfException("This Java runtime has no SHA-256, which every one must have", e);
    }
  }
}
