package io.nncf4j.cli.train;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nncf4j.core.InputException;
import io.nncf4j.core.NncfException;
import io.nncf4j.core.record.Curve;
import io.nncf4j.learning.EventFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run of training tells while it goes on: one JSON object a line in {@code log.jsonl}, and
 * scalars for TensorBoard. A resumed run appends.
 */
final class TrainJournal implements AutoCloseable {
  /** Steps whose mean loss makes one line. */
  private static final int STEPS_A_LINE = 50;

  private static final JsonMapper MAPPER = new JsonMapper();

  private final RunFolder folder;
  private final Path file;
  private @Nullable EventFile events;
  private double recentLoss;
  private int recent;

  /** The journal in a folder; what is there can be read before it begins. */
  TrainJournal(RunFolder folder) {
    this.folder = folder;
    file = folder.log();
  }

  /** Makes the files ready to write to; the folder is there. */
  void begin() {
    endCutLine();
    events = EventFile.create(folder.path());
  }

  boolean hasBegun() {
    return events != null;
  }

  private EventFile events() {
    if (events == null) {
      throw new IllegalStateException("The journal has not begun");
    }
    return events;
  }

  /** A process that was ended in the middle of a line must not spoil the next one. */
  private void endCutLine() {
    if (!Files.exists(file)) {
      return;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file, READ, WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      if (channel.size() > 0) {
        channel.position(channel.size() - 1).read(last);
      }
      if (channel.size() > 0 && last.get(0) != '\n') {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    } catch (IOException e) {
      throw new InputException("The log " + file + " cannot be read and written", e);
    }
  }

  /** One step of training, counted over all epochs from 1. */
  void step(long step, double loss, double rate) {
    events().scalar("train/loss", step, loss);
    events().scalar("train/learning_rate", step, rate);
    recentLoss += loss;
    recent++;
    if (recent == STEPS_A_LINE) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("event", "step");
      line.put("step", step);
      line.put("loss", recentLoss / recent);
      line.put("learning_rate", rate);
      add(line);
      recentLoss = 0;
      recent = 0;
    }
  }

  private record Trial(double epoch, double rate, double metric) {}

  /** An epoch at a rate of compression that was tried. */
  void trial(long epoch, double rate, double metric, double budget) {
    scalar("compression/accuracy_aware/target_compression_rate", epoch, rate);
    scalar("val/accuracy_aware/accuracy_budget", epoch, budget);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", "trial");
    line.put("trial_epoch", epoch);
    line.put("rate", rate);
    line.put("metric", metric);
    add(line);
  }

  /** A number after an epoch, for TensorBoard. */
  void scalar(String tag, long epoch, double number) {
    events().scalar(tag, epoch, number);
  }

  void add(Map<String, ?> entry) {
    try {
      Files.writeString(
          file,
          MAPPER.writeValueAsString(entry) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A log entry can always be written", e);
    } catch (IOException e) {
      throw new NncfException("Cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Loss, rate and accuracy of the whole log. Where a run went on from an earlier epoch, what came
   * behind that epoch belongs to no curve any more.
   */
  List<Curve> curves() {
    List<Curve.Point> loss = new ArrayList<>();
    List<Curve.Point> rate = new ArrayList<>();
    List<Curve.Point> epochLoss = new ArrayList<>();
    List<Curve.Point> accuracy = new ArrayList<>();
    TreeMap<Double, Double> lastSteps = new TreeMap<>();
    List<Trial> trials = new ArrayList<>();
    for (JsonNode line : lines()) {
      String event = line.path("event").asText();
      double epoch = line.path("epoch").asDouble();
      if (event.equals("step")) {
        add(loss, line, "step", "loss");
        add(rate, line, "step", "learning_rate");
      } else if (event.equals("trial")) {
        trials.add(
            new Trial(
                line.path("trial_epoch").asDouble(),
                line.path("rate").asDouble(),
                line.path("metric").asDouble()));
      } else {
        if (event.equals("start")) {
          lastSteps.tailMap(epoch, false).clear();
          double last = lastSteps.isEmpty() ? 0 : lastSteps.lastEntry().getValue();
          trials.removeIf(trial -> trial.epoch() > epoch);
          List.of(loss, rate).forEach(points -> points.removeIf(point -> point.x() > last));
          List.of(epochLoss, accuracy)
              .forEach(points -> points.removeIf(point -> point.x() > epoch));
        }
        add(epochLoss, line, "epoch", "loss");
        add(accuracy, line, "epoch", "top1");
        lastSteps.put(epoch, loss.isEmpty() ? 0 : loss.get(loss.size() - 1).x());
      }
    }
    List<Curve> curves = new ArrayList<>();
    curve(curves, "Loss", "steps", "cross entropy", loss);
    curve(curves, "Learning rate", "steps", "rate", rate);
    curve(curves, "Loss by epoch", "epochs", "cross entropy", epochLoss);
    curve(curves, "Accuracy", "epochs", "top-1", accuracy);
    List<Curve.Point> byRate = new ArrayList<>();
    TreeMap<Double, Double> bestByRate = new TreeMap<>();
    trials.forEach(trial -> bestByRate.merge(trial.rate(), trial.metric(), Math::max));
    bestByRate.forEach((tried, best) -> byRate.add(new Curve.Point(tried, best)));
    curve(curves, "Accuracy by compression rate", "rate", "best top-1", byRate);
    return curves;
  }

  private static void curve(
      List<Curve> curves, String title, String x, String y, List<Curve.Point> points) {
    if (!points.isEmpty()) {
      curves.add(new Curve(title, x, y, List.of(new Curve.Series(title, points))));
    }
  }

  private static void add(List<Curve.Point> points, JsonNode line, String x, String y) {
    double at = line.path(x).asDouble(Double.NaN);
    double value = line.path(y).asDouble(Double.NaN);
    boolean isNext = points.isEmpty() || points.get(points.size() - 1).x() < at;
    if (Double.isFinite(at) && Double.isFinite(value) && isNext) {
      points.add(new Curve.Point(at, value));
    }
  }

  /** Null for a line that was cut when a process was ended: it says nothing any more. */
  private static @Nullable JsonNode parsed(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (JsonProcessingException cut) {
      return null;
    }
  }

  private List<JsonNode> lines() {
    List<JsonNode> lines = new ArrayList<>();
    if (!Files.exists(file)) {
      // A checkpoint of elsewhere is exported.
      return lines;
    }
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      for (String line : text.lines().toList()) {
        JsonNode entry = parsed(line);
        if (entry != null) {
          lines.add(entry);
        }
      }
      return lines;
    } catch (IOException e) {
      throw new NncfException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (events != null) {
      events.close();
    }
  }
}
