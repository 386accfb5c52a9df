package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.data.AnnotatedObject;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pascal VOC's mean average precision at an IoU above 0.5: the mean of eleven interpolated
 * precisions (2007) or the area under the interpolated curve (from 2010 on).
 *
 * <p>Each object can be found once, by the surest detection; difficult ones neither count nor harm.
 * Categories without objects are left out of the mean. Everingham et al., "The Pascal Visual Object
 * Classes (VOC) Challenge", 2010.
 */
public final class VocAveragePrecision
    implements Metric<List<List<Detection>>, VocAveragePrecision> {
  /** How precision is averaged over recall. */
  public enum Averaging {
    ELEVEN_POINTS,
    AREA
  }

  private static final double THRESHOLD = 0.5;

  private enum Outcome {
    RIGHT,
    WRONG,
    IGNORED
  }

  private record Judged(int category, double score, Outcome outcome) {}

  private record Picture(List<Judged> detections, int[] positives) {}

  private final List<String> categories;
  private final Averaging averaging;
  private final DetectionImages<Picture> images = new DetectionImages<>();

  public VocAveragePrecision(List<String> categories, Averaging averaging) {
    this.categories = List.copyOf(categories);
    this.averaging = averaging;
    if (categories.isEmpty()) {
      throw new InputException("Average precision needs at least one category");
    }
  }

  @Override
  public void add(List<List<Detection>> predictions, List<? extends Target> targets) {
    images.add(predictions, targets, this::judge);
  }

  private Picture judge(List<Detection> detections, Target.Objects target) {
    int[] positives = new int[categories.size()];
    for (AnnotatedObject object : target.objects()) {
      positives[checked(object.category())] += object.ignored() ? 0 : 1;
    }
    boolean[] taken = new boolean[target.objects().size()];
    List<Judged> judged = new ArrayList<>();
    List<Detection> ordered =
        detections.stream()
            .sorted(Comparator.comparingDouble((Detection each) -> -each.score()))
            .toList();
    for (Detection detection : ordered) {
      Outcome outcome = outcome(detection, target.objects(), taken);
      judged.add(new Judged(checked(detection.category()), detection.score(), outcome));
    }
    return new Picture(judged, positives);
  }

  private static Outcome outcome(
      Detection detection, List<AnnotatedObject> objects, boolean[] taken) {
    int best = -1;
    double overlap = THRESHOLD;
    for (int at = 0; at < taken.length; at++) {
      AnnotatedObject object = objects.get(at);
      double shared = detection.box().intersectionOverUnion(object.box());
      if (object.category() == detection.category() && shared > overlap) {
        overlap = shared;
        best = at;
      }
    }
    if (best >= 0 && objects.get(best).ignored()) {
      return Outcome.IGNORED;
    }
    if (best < 0 || taken[best]) {
      return Outcome.WRONG;
    }
    taken[best] = true;
    return Outcome.RIGHT;
  }

  private int checked(int category) {
    if (category < 0 || category >= categories.size()) {
      throw new InputException(
          "Category %d of a box does not exist; there are %d"
              .formatted(category, categories.size()));
    }
    return category;
  }

  @Override
  public void merge(VocAveragePrecision other) {
    if (!other.categories.equals(categories) || other.averaging != averaging) {
      throw new InputException("Cannot merge average precisions of different kinds");
    }
    images.merge(other.images);
  }

  /** The mean over categories, with the AP of each category as details. */
  @Override
  public MetricResult result() {
    Map<String, Double> byCategory = new LinkedHashMap<>();
    for (int category = 0; category < categories.size(); category++) {
      double precision = averagePrecision(category);
      if (!Double.isNaN(precision)) {
        byCategory.put(categories.get(category), precision);
      }
    }
    double mean =
        byCategory.values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    return new MetricResult("VOC mAP", mean, images.count(), true, byCategory);
  }

  private double averagePrecision(int category) {
    List<Judged> pooled = new ArrayList<>();
    int positives = 0;
    for (Picture picture : images.all()) {
      positives += picture.positives[category];
      picture.detections.stream()
          .filter(each -> each.category == category && each.outcome != Outcome.IGNORED)
          .forEach(pooled::add);
    }
    if (positives == 0) {
      return Double.NaN;
    }
    pooled.sort(Comparator.comparingDouble((Judged each) -> -each.score));
    double[] recalls = new double[pooled.size()];
    double[] precisions = new double[pooled.size()];
    int right = 0;
    for (int at = 0; at < recalls.length; at++) {
      right += pooled.get(at).outcome == Outcome.RIGHT ? 1 : 0;
      recalls[at] = (double) right / positives;
      precisions[at] = (double) right / (at + 1);
    }
    for (int at = precisions.length - 1; at > 0; at--) {
      precisions[at - 1] = Math.max(precisions[at - 1], precisions[at]);
    }
    return averaging == Averaging.AREA
        ? area(recalls, precisions)
        : elevenPoints(recalls, precisions);
  }

  private static double area(double[] recalls, double[] precisions) {
    double area = 0;
    double before = 0;
    for (int at = 0; at < recalls.length; at++) {
      area += (recalls[at] - before) * precisions[at];
      before = recalls[at];
    }
    return area;
  }

  private static double elevenPoints(double[] recalls, double[] precisions) {
    double sum = 0;
    for (int point = 0; point <= 10; point++) {
      int at = 0;
      while (at < recalls.length && recalls[at] < point * 0.1) {
        at++;
      }
      sum += at < recalls.length ? precisions[at] : 0;
    }
    return sum / 11;
  }
}
