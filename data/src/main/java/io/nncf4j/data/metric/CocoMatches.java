package io.nncf4j.data.metric;

import io.nncf4j.data.AnnotatedObject;
import io.nncf4j.data.Box;
import io.nncf4j.data.Detection;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which detections of one category in one picture found an object, for every threshold and range of
 * sizes.
 *
 * @param group the category
 * @param scores of the detections, descending
 * @param found per range of sizes and detection, one bit per threshold: it found an object
 * @param ignored likewise: it is neither right nor wrong
 * @param positives per range of sizes, the objects to be found
 */
record CocoMatches(
    int group, double[] scores, short[][] found, short[][] ignored, int[] positives) {
  /** Detections beyond the hundred surest of a category and picture do not count. */
  static final int MOST_DETECTIONS = 100;

  private static final double[] SMALLEST_AREA = {0, 0, 1024, 9216};
  private static final double[] LARGEST_AREA = {1e10, 1024, 9216, 1e10};
  static final int RANGES = SMALLEST_AREA.length;

  static CocoMatches of(int group, List<Detection> detected, List<AnnotatedObject> objects) {
    // Sorting is stable: equal scores stay in the order of the model's output.
    List<Detection> detections =
        detected.stream()
            .sorted(Comparator.comparingDouble((Detection each) -> -each.score()))
            .limit(MOST_DETECTIONS)
            .toList();
    double[] scores = detections.stream().mapToDouble(Detection::score).toArray();
    double[][] overlaps = new double[detections.size()][objects.size()];
    for (int d = 0; d < overlaps.length; d++) {
      for (int g = 0; g < overlaps[d].length; g++) {
        overlaps[d][g] = overlap(detections.get(d).box(), objects.get(g));
      }
    }
    CocoMatches matches =
        new CocoMatches(
            group,
            scores,
            new short[RANGES][scores.length],
            new short[RANGES][scores.length],
            new int[RANGES]);
    for (int range = 0; range < RANGES; range++) {
      matches.match(range, detections, objects, overlaps);
    }
    return matches;
  }

  /** For a crowd, the share of the detection that lies in it. */
  private static double overlap(Box detection, AnnotatedObject object) {
    double shared = detection.intersection(object.box());
    double area = detection.area();
    double whole = object.ignored() ? area : area + object.box().area() - shared;
    return whole > 0 ? shared / whole : 0;
  }

  private static boolean outside(double area, int range) {
    return area < SMALLEST_AREA[range] || area > LARGEST_AREA[range];
  }

  private void match(
      int range, List<Detection> detections, List<AnnotatedObject> objects, double[][] overlaps) {
    boolean[] skipped = new boolean[objects.size()];
    for (int g = 0; g < skipped.length; g++) {
      AnnotatedObject object = objects.get(g);
      skipped[g] = object.ignored() || outside(object.area(), range);
      positives[range] += skipped[g] ? 0 : 1;
    }
    for (int threshold = 0; threshold < CocoEvaluation.THRESHOLDS.length; threshold++) {
      boolean[] taken = new boolean[skipped.length];
      short bit = (short) (1 << threshold);
      for (int d = 0; d < detections.size(); d++) {
        double wanted = Math.min(CocoEvaluation.THRESHOLDS[threshold], 1 - 1e-10);
        int best = best(overlaps[d], objects, skipped, taken, wanted);
        if (best >= 0) {
          taken[best] = true;
          found[range][d] |= bit;
          ignored[range][d] |= skipped[best] ? bit : 0;
        } else if (outside(detections.get(d).box().area(), range)) {
          ignored[range][d] |= bit;
        }
      }
    }
  }

  /** The object with the highest overlap; one that counts goes before one that does not. */
  private static int best(
      double[] overlaps,
      List<AnnotatedObject> objects,
      boolean[] skipped,
      boolean[] taken,
      double wanted) {
    int best = -1;
    double least = wanted;
    for (boolean pass : new boolean[] {false, true}) {
      for (int g = 0; g < overlaps.length && (best < 0 || skipped[best] == pass); g++) {
        boolean free = !taken[g] || objects.get(g).ignored();
        if (skipped[g] == pass && free && overlaps[g] >= least) {
          least = overlaps[g];
          best = g;
        }
      }
    }
    return best;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CocoMatches that
        && group == that.group
        && Arrays.equals(scores, that.scores)
        && Arrays.deepEquals(found, that.found)
        && Arrays.deepEquals(ignored, that.ignored)
        && Arrays.equals(positives, that.positives);
  }

  @Override
  public int hashCode() {
    return 31 * group + Arrays.hashCode(scores);
  }
}
