package io.nncf4j.data.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a COCO evaluation. -1 stands for a figure that is not defined, because no object
 * of that kind exists.
 */
public final class CocoEvaluation {
  static final double[] THRESHOLDS = new double[10];
  static final int RECALLS = 101;
  private static final double RECALL_STEP = 0.01;
  static final int[] LIMITS = {1, 10, 100};
  private static final List<String> RANGE_NAMES = List.of("", "_small", "_medium", "_large");

  static {
    for (int at = 0; at < THRESHOLDS.length; at++) {
      THRESHOLDS[at] = 0.5 + at * ((0.95 - 0.5) / 9);
    }
    THRESHOLDS[9] = 0.95;
  }

  /** Detections of all pictures for one category, range and limit. */
  private record Pooled(double[] scores, short[] found, short[] ignored, int positives) {}

  private final List<String> categories;
  private final double[] precision;
  private final double[] recall;

  private CocoEvaluation(List<String> categories) {
    this.categories = categories;
    int settings = THRESHOLDS.length * categories.size() * CocoMatches.RANGES * LIMITS.length;
    this.precision = new double[settings * RECALLS];
    this.recall = new double[settings];
    Arrays.fill(precision, -1);
    Arrays.fill(recall, -1);
  }

  static CocoEvaluation of(List<String> categories, Iterable<List<CocoMatches>> images) {
    List<List<CocoMatches>> groups = new ArrayList<>();
    categories.forEach(category -> groups.add(new ArrayList<>()));
    images.forEach(image -> image.forEach(each -> groups.get(each.group()).add(each)));
    CocoEvaluation evaluation = new CocoEvaluation(List.copyOf(categories));
    for (int category = 0; category < categories.size(); category++) {
      for (int range = 0; range < CocoMatches.RANGES; range++) {
        for (int limit = 0; limit < LIMITS.length; limit++) {
          Pooled pooled = pool(groups.get(category), range, LIMITS[limit]);
          for (int at = 0; pooled.positives > 0 && at < THRESHOLDS.length; at++) {
            evaluation.accumulate(pooled, at, category, range, limit);
          }
        }
      }
    }
    return evaluation;
  }

  /** The surest detections of each picture, by descending score; equal ones in picture order. */
  private static Pooled pool(List<CocoMatches> matches, int range, int limit) {
    int count = matches.stream().mapToInt(each -> Math.min(each.scores().length, limit)).sum();
    List<long[]> places = new ArrayList<>(count);
    int positives = 0;
    for (int image = 0; image < matches.size(); image++) {
      CocoMatches each = matches.get(image);
      positives += each.positives()[range];
      for (int d = 0; d < Math.min(each.scores().length, limit); d++) {
        places.add(new long[] {image, d});
      }
    }
    places.sort(
        (left, right) ->
            Double.compare(
                -matches.get((int) left[0]).scores()[(int) left[1]],
                -matches.get((int) right[0]).scores()[(int) right[1]]));
    double[] scores = new double[count];
    short[] found = new short[count];
    short[] ignored = new short[count];
    for (int at = 0; at < count; at++) {
      CocoMatches each = matches.get((int) places.get(at)[0]);
      int d = (int) places.get(at)[1];
      scores[at] = each.scores()[d];
      found[at] = each.found()[range][d];
      ignored[at] = each.ignored()[range][d];
    }
    return new Pooled(scores, found, ignored, positives);
  }

  private void accumulate(Pooled pooled, int threshold, int category, int range, int limit) {
    int bit = 1 << threshold;
    int count = pooled.scores.length;
    double[] recalls = new double[count];
    double[] precisions = new double[count];
    int right = 0;
    int wrong = 0;
    for (int at = 0; at < count; at++) {
      if ((pooled.ignored[at] & bit) == 0) {
        boolean found = (pooled.found[at] & bit) != 0;
        right += found ? 1 : 0;
        wrong += found ? 0 : 1;
      }
      recalls[at] = (double) right / pooled.positives;
      precisions[at] = right / (wrong + right + Math.ulp(1.0));
    }
    for (int at = count - 1; at > 0; at--) {
      precisions[at - 1] = Math.max(precisions[at - 1], precisions[at]);
    }
    int setting = setting(threshold, category, range, limit);
    recall[setting] = count == 0 ? 0 : recalls[count - 1];
    int at = 0;
    for (int point = 0; point < RECALLS; point++) {
      // Not point / 100: where a recall is exactly 0.7, the COCO API's threshold is a hair above
      // it.
      while (at < count && recalls[at] < point * RECALL_STEP) {
        at++;
      }
      precision[setting * RECALLS + point] = at < count ? precisions[at] : 0;
    }
  }

  private int setting(int threshold, int category, int range, int limit) {
    int row = threshold * categories.size() + category;
    return (row * CocoMatches.RANGES + range) * LIMITS.length + limit;
  }

  /**
   * Precision at one of 101 recalls.
   *
   * @param threshold index into IoU 0.50, 0.55 … 0.95
   * @param range 0 for all sizes, 1 small, 2 medium, 3 large
   * @param limit index into 1, 10, 100 detections a picture
   */
  public double precision(int threshold, int recallPoint, int category, int range, int limit) {
    return precision[setting(threshold, category, range, limit) * RECALLS + recallPoint];
  }

  /** The highest recall reached, with the indices of {@link #precision}. */
  public double recall(int threshold, int category, int range, int limit) {
    return recall[setting(threshold, category, range, limit)];
  }

  /** The twelve figures by name, in COCO's order. */
  public Map<String, Double> summary() {
    Map<String, Double> summary = new LinkedHashMap<>();
    summary.put("AP", averagePrecision(-1, -1, 0));
    summary.put("AP50", averagePrecision(0, -1, 0));
    summary.put("AP75", averagePrecision(5, -1, 0));
    for (int range = 1; range < CocoMatches.RANGES; range++) {
      summary.put("AP" + RANGE_NAMES.get(range), averagePrecision(-1, -1, range));
    }
    for (int limit = 0; limit < LIMITS.length; limit++) {
      summary.put("AR" + LIMITS[limit], averageRecall(-1, 0, limit));
    }
    for (int range = 1; range < CocoMatches.RANGES; range++) {
      summary.put("AR" + RANGE_NAMES.get(range), averageRecall(-1, range, LIMITS.length - 1));
    }
    return Collections.unmodifiableMap(summary);
  }

  /** AP over all thresholds by category. */
  public Map<String, Double> averagePrecisionByCategory() {
    Map<String, Double> byCategory = new LinkedHashMap<>();
    for (int category = 0; category < categories.size(); category++) {
      byCategory.put(categories.get(category), averagePrecision(-1, category, 0));
    }
    return Collections.unmodifiableMap(byCategory);
  }

  /** Mean of what is defined; -1 for threshold or category means all. */
  double averagePrecision(int onlyThreshold, int onlyCategory, int range) {
    double sum = 0;
    int count = 0;
    for (int threshold = 0; threshold < THRESHOLDS.length; threshold++) {
      for (int category = 0; category < categories.size(); category++) {
        boolean wanted =
            (onlyThreshold < 0 || onlyThreshold == threshold)
                && (onlyCategory < 0 || onlyCategory == category);
        for (int point = 0; wanted && point < RECALLS; point++) {
          double value = precision(threshold, point, category, range, LIMITS.length - 1);
          sum += value >= 0 ? value : 0;
          count += value >= 0 ? 1 : 0;
        }
      }
    }
    return count == 0 ? -1 : sum / count;
  }

  /** Mean of what is defined; -1 for category means all. */
  double averageRecall(int onlyCategory, int range, int limit) {
    double sum = 0;
    int count = 0;
    for (int threshold = 0; threshold < THRESHOLDS.length; threshold++) {
      for (int category = 0; category < categories.size(); category++) {
        double value = recall(threshold, category, range, limit);
        if (value >= 0 && (onlyCategory < 0 || onlyCategory == category)) {
          sum += value;
          count++;
        }
      }
    }
    return count == 0 ? -1 : sum / count;
  }
}
