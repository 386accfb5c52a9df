package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.data.AnnotatedObject;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * COCO's average precision and recall of boxes: the twelve figures of the COCO API, crowds, sizes
 * and limits of detections included.
 *
 * <p>A metric keeps of each picture only which detections matched, a few bytes per detection; the
 * figures are worked out when asked for. The headline is AP over IoU 0.50 to 0.95.
 *
 * <p>Lin et al., "Microsoft COCO: Common Objects in Context", 2014, and the evaluation program
 * published with it.
 */
public final class CocoAveragePrecision
    implements Metric<List<List<Detection>>, CocoAveragePrecision> {
  private final List<String> categories;
  private final boolean classAgnostic;
  private final DetectionImages<List<CocoMatches>> images = new DetectionImages<>();

  /**
   * @param categories names by category index
   * @param classAgnostic whether a detection of one category may find an object of another
   */
  public CocoAveragePrecision(List<String> categories, boolean classAgnostic) {
    this.categories = List.copyOf(categories);
    this.classAgnostic = classAgnostic;
    if (categories.isEmpty()) {
      throw new InputException("Average precision needs at least one category");
    }
  }

  public CocoAveragePrecision(List<String> categories) {
    this(categories, false);
  }

  @Override
  public void add(List<List<Detection>> predictions, List<? extends Target> targets) {
    images.add(predictions, targets, this::match);
  }

  private List<CocoMatches> match(List<Detection> detections, Target.Objects target) {
    List<List<Detection>> detected = byCategory();
    List<List<AnnotatedObject>> objects = byCategory();
    for (Detection detection : detections) {
      detected.get(checked(detection.category())).add(detection);
    }
    for (AnnotatedObject object : target.objects()) {
      objects.get(checked(object.category())).add(object);
    }
    if (classAgnostic) {
      detected = List.of(detected.stream().flatMap(List::stream).toList());
      objects = List.of(objects.stream().flatMap(List::stream).toList());
    }
    List<CocoMatches> matches = new ArrayList<>();
    for (int group = 0; group < detected.size(); group++) {
      if (!detected.get(group).isEmpty() || !objects.get(group).isEmpty()) {
        matches.add(CocoMatches.of(group, detected.get(group), objects.get(group)));
      }
    }
    return matches;
  }

  private <T> List<List<T>> byCategory() {
    List<List<T>> lists = new ArrayList<>();
    for (int category = 0; category < categories.size(); category++) {
      lists.add(new ArrayList<>());
    }
    return lists;
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
  public void merge(CocoAveragePrecision other) {
    if (!other.categories.equals(categories) || other.classAgnostic != classAgnostic) {
      throw new InputException("Cannot merge average precisions of different categories");
    }
    images.merge(other.images);
  }

  /** Every figure behind {@link #result}. */
  public CocoEvaluation evaluation() {
    List<String> names = classAgnostic ? List.of("any") : categories;
    return CocoEvaluation.of(names, images.all());
  }

  /** The mean AP, with the twelve figures as details; -1 stands for one that is not defined. */
  @Override
  public MetricResult result() {
    CocoEvaluation evaluation = evaluation();
    return new MetricResult(
        "COCO mAP",
        evaluation.summary().getOrDefault("AP", -1.0),
        images.count(),
        true,
        evaluation.summary());
  }
}
