package io.nncf4j.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.InputException;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.print.DotPrinter;
import io.nncf4j.core.print.TextPrinter;
import io.nncf4j.formats.onnx.proto.Onnx;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Damaged files end in an {@link InputException} or in a model that can be printed, written and
 * read again; never in another error, a hang, or memory running out.
 *
 * <p>A thousand files by default. For more, or to repeat one seed:
 *
 * <pre>
 *   mvn -pl formats/onnx -am test -Dtest=MutatedFilesTest -Dsurefire.failIfNoSpecifiedTests=false \
 *       -Dnncf.mutations=100000 [-Dnncf.seed=first]
 * </pre>
 */
class MutatedFilesTest {
  private static final List<String> ORIGINALS =
      List.of(
          "data/models/cross-format-samplenet/samplenet.onnx",
          "oracle/nncf-synthetic/LinearModel/quantized_mixed.onnx",
          "oracle/nncf-synthetic/RoPEModel/model.onnx",
          "oracle/nncf-synthetic/WeightPropagationConvModel/quantized_mixed.onnx",
          "oracle/pruning/models/GroupNormModel_1x1x8x8.onnx",
          "oracle/onnx-node-tests/test_if/model.onnx",
          "oracle/onnx-node-tests/test_loop11/model.onnx",
          "oracle/onnx-node-tests/test_scan_sum/model.onnx",
          "oracle/onnx-node-tests/pt_converted__test_softmax_functional_dim3/model.onnx",
          "oracle/onnx-node-tests/test_upsample_nearest/model.onnx");

  @Test
  void endInAnInputExceptionOrAValidModel() throws Exception {
    run(Integer.getInteger("nncf.mutations", 1000), Long.getLong("nncf.seed", 1));
  }

  /** Runs {@code count} seeds and returns how many files were still valid. */
  static int run(int count, long firstSeed) throws Exception {
    List<byte[]> originals = originals();
    List<Onnx.ModelProto> parsed = new ArrayList<>();
    for (byte[] original : originals) {
      parsed.add(Onnx.ModelProto.parseFrom(original));
    }
    int valid = 0;
    try (BoundedWorker worker = new BoundedWorker()) {
      for (long seed = firstSeed; seed < firstSeed + count; seed++) {
        int index = (int) (seed % originals.size());
        byte[] damaged = new Mutation(seed).apply(originals.get(index), parsed.get(index));
        try {
          valid += worker.run(() -> isValid(damaged)) ? 1 : 0;
        } catch (ExecutionException e) {
          throw new AssertionError("-Dnncf.seed=" + seed + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
          throw new AssertionError("-Dnncf.seed=" + seed + ": hangs", e);
        }
      }
    }
    return valid;
  }

  private static List<byte[]> originals() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (String name : ORIGINALS) {
      originals.add(Files.readAllBytes(SharedFiles.path(name)));
    }
    return originals;
  }

  private static boolean isValid(byte[] bytes) {
    Model model;
    try {
      model = read(bytes);
    } catch (InputException e) {
      return false;
    }
    inferTypes(model);
    TextPrinter.defaults().print(model);
    DotPrinter.print(model.graph());
    Model again = read(OnnxWriter.toBytes(model));
    if (again.graph().nodes().size() != model.graph().nodes().size()) {
      throw new AssertionError("read back with another number of nodes");
    }
    return true;
  }

  /** Types may turn out to contradict each other; that is said in an InputException too. */
  private static void inferTypes(Model model) {
    try {
      ShapeInference.infer(model);
    } catch (InputException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static Model read(byte[] bytes) {
    return OnnxReader.read(ByteBuffer.wrap(bytes), new ExternalData(Path.of("none")));
  }
}
