package io.nncf4j.benchmarks;

import io.nncf4j.core.format.ModelFiles;
import io.nncf4j.core.graph.Attributes;
import io.nncf4j.core.graph.GraphEditor;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.graph.Node;
import io.nncf4j.core.graph.TensorType;
import io.nncf4j.core.graph.Value;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Opens a model of many weights in a fresh JVM with a small heap.
 *
 * <p>Arguments: {@code MEGABYTES [HEAP_MEGABYTES]}. Writes a chain of matrix products, 64 MiB of
 * weights each, into the temporary folder, opens it three times in a process of its own, and
 * removes it. The first time holds all that a fresh JVM has to load.
 */
public final class OpenLargeModel {
  private static final int WIDTH = 4096;
  private static final int MEGABYTES_EACH = 64;

  private OpenLargeModel() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 2 && arguments[0].equals("open")) {
      open(Path.of(arguments[1]));
      return;
    }
    int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1024;
    String heap = arguments.length > 1 ? arguments[1] : "200";
    Path folder = Files.createTempDirectory("nncf4j-large-model");
    Path file = folder.resolve("large.onnx");
    try {
      long start = System.nanoTime();
      List<Path> written = ModelFiles.write(chain(megabytes / MEGABYTES_EACH), file, false);
      System.out.printf(
          Locale.ROOT,
          "written in %.1f s: %d files, %d MB%n",
          (System.nanoTime() - start) / 1e9,
          written.size(),
          bytes(written) / 1_000_000);
      new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx" + heap + "m",
              "-cp",
              System.getProperty("java.class.path"),
              OpenLargeModel.class.getName(),
              "open",
              file.toString())
          .inheritIO()
          .start()
          .waitFor();
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder.resolve("large.onnx.data"));
      Files.delete(folder);
    }
  }

  private static long bytes(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static void open(Path file) throws IOException {
    for (int turn = 1; turn <= 3; turn++) {
      long start = System.nanoTime();
      Model model = ModelFiles.read(file);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "opened %d nodes in %.3f s; live heap %.1f MB of %d; resident %d MB%n",
          model.graph().nodes().size(),
          seconds,
          ProcessMemory.liveHeapBytes() / 1e6,
          Runtime.getRuntime().maxMemory() / 1_000_000,
          ProcessMemory.residentBytes() / 1_000_000);
    }
  }

  private static Model chain(int length) {
    ByteBuffer weights = Tensor.allocateDirect(DataType.FLOAT32, (long) WIDTH * WIDTH);
    for (int at = 0; at < WIDTH * WIDTH; at++) {
      weights.putFloat(4 * at, (at % 1009) / 1e4f);
    }
    Tensor matrix = Tensor.of(DataType.FLOAT32, new long[] {WIDTH, WIDTH}, weights);
    TensorType row = TensorType.of(DataType.FLOAT32, 1, WIDTH);
    GraphEditor graph = GraphEditor.empty("chain").input(new Value("x0", row));
    for (int index = 0; index < length; index++) {
      graph
          .constant("w" + index, matrix)
          .add(
              Node.onnx(
                  "product" + index,
                  "MatMul",
                  Attributes.NONE,
                  List.of("x" + index, "w" + index),
                  List.of("x" + (index + 1))));
    }
    return Model.of(graph.output(new Value("x" + length, row)).build());
  }
}
