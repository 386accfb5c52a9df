package io.nncf4j.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.core.record.Curve;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainJournalTest {
  @TempDir Path folder;

  @Test
  void whatCameBehindTheEpochThatARunGoesOnFromIsForgotten() throws Exception {
    RunFolder run = new RunFolder(folder);
    Files.writeString(
        run.log(),
        """
        {"event": "start", "epoch": 0, "top1": 0.1}
        {"event": "step", "step": 50, "loss": 3, "learning_rate": 0.1}
        {"event": "epoch", "epoch": 1, "loss": 3, "top1": 0.5}
        {"event": "step", "step": 100, "loss": 9, "learning_rate": 0.1}
        {"event": "epoch", "epoch": 2, "loss": 9, "top1": 0.2}
        {"event": "start", "epoch": 1, "top1": 0.5}
        {"event": "step", "step": 100, "loss": 2, "learning_rate": 0.1}
        {"event": "epoch", "epoch": 2, "loss": 2, "top1": 0.7}
        """);
    try (TrainJournal journal = new TrainJournal(run)) {
      assertThat(points(journal, "Loss")).containsExactly(at(50, 3), at(100, 2));
      assertThat(points(journal, "Loss by epoch")).containsExactly(at(1, 3), at(2, 2));
      assertThat(points(journal, "Accuracy")).containsExactly(at(0, 0.1), at(1, 0.5), at(2, 0.7));
    }
  }

  private static Curve.Point at(double x, double y) {
    return new Curve.Point(x, y);
  }

  private static List<Curve.Point> points(TrainJournal journal, String title) {
    return journal.curves().stream()
        .filter(curve -> curve.title().equals(title))
        .findFirst()
        .orElseThrow()
        .series()
        .get(0)
        .points();
  }
}
