package io.nncf4j.benchmarks.training;

import io.nncf4j.core.graph.Model;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Batch;
import io.nncf4j.data.BatchLoader;
import io.nncf4j.data.LoaderOptions;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.description.DatasetDescription;
import io.nncf4j.engines.Session;
import io.nncf4j.engines.SessionOptions;
import io.nncf4j.engines.libtorch.Outputs;
import io.nncf4j.engines.libtorch.TrainingSession;
import io.nncf4j.engines.onnxruntime.OnnxRuntimeEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Pictures in memory, in batches, with their classes. */
final class CifarPictures {
  private static final double SAME = 1e-4;

  private final List<Tensor> batches = new ArrayList<>();
  private final List<long[]> labels = new ArrayList<>();

  private CifarPictures() {}

  static CifarPictures read(Path description, int batchSize) {
    CifarPictures pictures = new CifarPictures();
    try (SampleSource source = DatasetDescription.read(description).open();
        BatchLoader loader =
            new BatchLoader(source, LoaderOptions.defaults().withBatchSize(batchSize))) {
      for (Batch batch : loader) {
        // Batches that nobody closes keep their memory.
        pictures.batches.add(batch.input());
        pictures.labels.add(labels(batch));
      }
    }
    return pictures;
  }

  static long[] labels(Batch batch) {
    return batch.targets().stream()
        .mapToLong(target -> target instanceof Target.ClassLabel label ? label.index() : -1)
        .toArray();
  }

  /** Scores of all pictures in evaluation. */
  List<Tensor> scores(TrainingSession session) {
    session.setTraining(false);
    String input = session.inputs().get(0).name();
    List<Tensor> all = new ArrayList<>();
    for (Tensor batch : batches) {
      try (Outputs outputs = session.forward(Map.of(input, batch))) {
        all.add(outputs.read(session.outputs().get(0)));
      }
    }
    return all;
  }

  /** Scores of all pictures in ONNX Runtime. */
  List<Tensor> scores(Model model, boolean optimized) {
    String input = model.graph().inputs().get(0).name();
    String output = model.graph().outputs().get(0).name();
    List<Tensor> all = new ArrayList<>();
    try (Session session =
        new OnnxRuntimeEngine().compile(model, SessionOptions.defaults().withOptimize(optimized))) {
      for (Tensor batch : batches) {
        Tensor scores = session.run(Map.of(input, batch)).get(output);
        if (scores != null) {
          all.add(scores);
        }
      }
    }
    return all;
  }

  int[] classes(List<Tensor> scores) {
    List<Integer> found = new ArrayList<>();
    for (Tensor batch : scores) {
      int rows = (int) batch.dimension(0);
      int columns = batch.size() / rows;
      for (int row = 0; row < rows; row++) {
        int best = 0;
        for (int column = 1; column < columns; column++) {
          if (batch.floatAt(row * columns + column) > batch.floatAt(row * columns + best)) {
            best = column;
          }
        }
        found.add(best);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  double accuracy(List<Tensor> scores) {
    return accuracy(classes(scores));
  }

  double accuracy(int[] classes) {
    int right = 0;
    int at = 0;
    for (long[] batch : labels) {
      for (long label : batch) {
        right += classes[at++] == label ? 1 : 0;
      }
    }
    return (double) right / at;
  }

  static double agreement(int[] one, int[] other) {
    int same = 0;
    for (int index = 0; index < one.length; index++) {
      same += one[index] == other[index] ? 1 : 0;
    }
    return (double) same / one.length;
  }

  /** How far the scores of two programs are apart. */
  static String distance(List<Tensor> ones, List<Tensor> others) {
    int pictures = 0;
    int equal = 0;
    double sum = 0;
    double largest = 0;
    for (int batch = 0; batch < ones.size(); batch++) {
      Tensor one = ones.get(batch);
      int columns = one.size() / (int) one.dimension(0);
      for (int row = 0; row < one.dimension(0); row++) {
        double difference = 0;
        for (int at = row * columns; at < (row + 1) * columns; at++) {
          difference =
              Math.max(difference, Math.abs(one.floatAt(at) - others.get(batch).floatAt(at)));
        }
        pictures++;
        equal += difference < SAME ? 1 : 0;
        sum += difference;
        largest = Math.max(largest, difference);
      }
    }
    return String.format(
        Locale.ROOT,
        "all logits equal to %.0e in %d of %d pictures, mean of the largest difference %.6f, largest"
            + " %.4f",
        SAME,
        equal,
        pictures,
        sum / pictures,
        largest);
  }
}
