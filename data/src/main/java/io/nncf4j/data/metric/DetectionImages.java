package io.nncf4j.data.metric;

import io.nncf4j.core.InputException;
import io.nncf4j.data.Detection;
import io.nncf4j.data.Target;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What a detection metric remembers of each picture, in the order of the pictures' identifiers: so
 * the order in which pictures came does not matter.
 *
 * @param <R> the record of one picture
 */
final class DetectionImages<R> {
  private final SortedMap<Long, R> records = new TreeMap<>();

  void add(
      List<List<Detection>> predictions,
      List<? extends Target> targets,
      BiFunction<List<Detection>, Target.Objects, R> evaluate) {
    if (predictions.size() != targets.size()) {
      throw new InputException(
          "Detections of %d pictures for a batch of %d"
              .formatted(predictions.size(), targets.size()));
    }
    for (int at = 0; at < predictions.size(); at++) {
      if (!(targets.get(at) instanceof Target.Objects objects)) {
        throw new InputException(
            "Average precision needs annotated objects for each picture, found " + targets.get(at));
      }
      put(objects.imageId(), evaluate.apply(predictions.get(at), objects));
    }
  }

  void merge(DetectionImages<R> other) {
    other.records.forEach(this::put);
  }

  private void put(long imageId, R result) {
    if (records.putIfAbsent(imageId, result) != null) {
      throw new InputException("Picture " + imageId + " was evaluated twice");
    }
  }

  Iterable<R> all() {
    return records.values();
  }

  int count() {
    return records.size();
  }
}
