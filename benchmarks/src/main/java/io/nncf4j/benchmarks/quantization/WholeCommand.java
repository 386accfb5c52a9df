package io.nncf4j.benchmarks.quantization;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.rewrite.Normalization;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What {@code nncf quantize} takes as a whole process, beside a bare pass of the float model over
 * the same decoded samples in the same minute: machines that are shared change their speed by the
 * hour, the ratio of the two does not.
 *
 * <pre>  WholeCommand NNCF MODEL DATA.yaml [SAMPLES [ROUNDS [WORKERS]]]  </pre>
 */
public final class WholeCommand {
  private WholeCommand() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path program = Path.of(arguments[0]);
    Path file = Path.of(arguments[1]);
    Path data = Path.of(arguments[2]);
    int count = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 300;
    int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 3;
    int workers = arguments.length > 5 ? Integer.parseInt(arguments[5]) : 2;
    OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    Model model =
        ShapeInference.infer(Normalization.standard().apply(ModelFiles.read(file)).model());
    DecodedSamples samples;
    double decoding;
    try (SampleSource source = DatasetDescription.read(data).open()) {
      long start = System.nanoTime();
      samples = DecodedSamples.of(source, model, count);
      decoding = (System.nanoTime() - start) / 1e9;
    }
    print("decoding %d samples on one thread: %.2f s", samples.size(), decoding);
    Path folder = Files.createTempDirectory("nncf4j-command");
    try {
      for (int round = 0; round < rounds; round++) {
        double bare = BarePass.seconds(engine, model, samples, workers);
        double whole = command(program, file, data, count, folder.resolve("out.onnx"));
        print(
            "command %.2f s; bare pass %.2f s; three times that and 3 s: %.2f s",
            whole, bare, 3 * bare + 3);
      }
    } finally {
      for (String name : new String[] {"out.onnx", "out.plan.json"}) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  private static double command(Path program, Path model, Path data, int count, Path output)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    int exit =
        new ProcessBuilder(
                program.toString(),
                "quantize",
                model.toString(),
                "--data",
                data.toString(),
                "--subset-size",
                Integer.toString(count),
                "-o",
                output.toString(),
                "--force",
                "--no-evaluate",
                "--no-report")
            .inheritIO()
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IllegalStateException("the command ended with " + exit);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
