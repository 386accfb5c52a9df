package io.nncf4j.data.source;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which pictures of a store are samples, and what is known of each.
 *
 * @param names files, in the order of the samples
 * @param targets one per name
 * @param classNames names by class index, without label offset; empty when not known
 * @param findings pictures and labels that have no partner
 */
public record ImageTargets(
    List<String> names, List<Target> targets, List<String> classNames, List<Finding> findings) {
  public ImageTargets {
    names = List.copyOf(names);
    targets = List.copyOf(targets);
    classNames = List.copyOf(classNames);
    findings = List.copyOf(findings);
    if (names.size() != targets.size()) {
      throw new InputException(names.size() + " pictures, but " + targets.size() + " targets");
    }
  }

  /** Every picture, without target. */
  public static ImageTargets none(FileStore files) {
    List<Target> unknown = Collections.nCopies(files.names().size(), Target.UNKNOWN);
    return new ImageTargets(files.names(), unknown, List.of(), List.of());
  }

  /** The top folder names the class; classes are numbered in alphabetical order. */
  public static ImageTargets ofFolders(FileStore files, int labelOffset) {
    Set<String> folders = new TreeSet<>();
    for (String name : files.names()) {
      if (name.indexOf('/') > 0) {
        folders.add(name.substring(0, name.indexOf('/')));
      }
    }
    if (folders.isEmpty()) {
      throw new InputException(
          "labels: folders needs one folder per class, but all images stand directly in the "
              + files.location());
    }
    List<String> classNames = List.copyOf(folders);
    Map<String, Integer> labels = new HashMap<>();
    for (String name : files.names()) {
      if (name.indexOf('/') > 0) {
        String folder = name.substring(0, name.indexOf('/'));
        labels.put(name, Collections.binarySearch(classNames, folder));
      }
    }
    return labelled(files, labels, "class folder", labelOffset, classNames);
  }

  /** The table gives the class index of each file name. */
  public static ImageTargets ofTable(
      FileStore files, Map<String, Integer> labels, String table, int labelOffset) {
    return labelled(files, labels, "line in " + table, labelOffset, List.of());
  }

  /** The annotations give the objects of each file, by name with or without ending. */
  public static ImageTargets ofAnnotations(FileStore files, Annotations annotations) {
    List<String> names = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    List<String> without = new ArrayList<>();
    Set<String> missing = new HashSet<>(annotations.byFile().keySet());
    for (String name : files.names()) {
      String key = annotationKey(name, annotations);
      Target.Objects objects = annotations.byFile().get(key);
      if (objects == null) {
        without.add(name);
        continue;
      }
      missing.remove(key);
      names.add(name);
      targets.add(objects);
    }
    if (names.isEmpty()) {
      throw new InputException(
          "None of the %d images in the %s is annotated"
              .formatted(files.names().size(), files.location()));
    }
    List<Finding> findings = new ArrayList<>(annotations.findings());
    addFinding(findings, "image-without-annotation", without, "without annotations");
    if (!(files instanceof ListedFiles)) {
      addFinding(
          findings, "annotation-without-image", List.copyOf(missing), "annotated, but not there");
    }
    return new ImageTargets(names, targets, annotations.categories(), findings);
  }

  private static String annotationKey(String name, Annotations annotations) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    int dot = file.lastIndexOf('.');
    String stem = dot < 0 ? file : file.substring(0, dot);
    for (String key : List.of(name, file)) {
      if (annotations.byFile().containsKey(key)) {
        return key;
      }
    }
    return stem;
  }

  private static ImageTargets labelled(
      FileStore files,
      Map<String, Integer> labels,
      String partner,
      int labelOffset,
      List<String> classNames) {
    List<String> names = new ArrayList<>();
    List<Target> targets = new ArrayList<>();
    List<String> unlabelled = new ArrayList<>();
    Set<String> missing = new HashSet<>(labels.keySet());
    for (String name : files.names()) {
      Integer label = labels.get(name);
      if (label == null) {
        unlabelled.add(name);
        continue;
      }
      missing.remove(name);
      int index = label + labelOffset;
      if (index < 0) {
        throw new InputException(
            "label-offset %d makes the class index of %s negative".formatted(labelOffset, name));
      }
      names.add(name);
      targets.add(new Target.ClassLabel(index));
    }
    if (names.isEmpty()) {
      throw new InputException(
          "None of the %d images in the %s has a %s"
              .formatted(files.names().size(), files.location(), partner));
    }
    List<Finding> findings = new ArrayList<>();
    addFinding(findings, "image-without-label", unlabelled, "without a " + partner);
    // A list chooses some pictures of a folder, so labels of others are what one expects.
    if (!(files instanceof ListedFiles)) {
      addFinding(findings, "label-without-image", List.copyOf(missing), "labelled, but not there");
    }
    return new ImageTargets(names, targets, classNames, findings);
  }

  /** Class index by position, for pictures in an array. */
  public static ImageTargets ofArray(Tensor labels, String location, int pictures, int offset) {
    if (labels.rank() != 1 || !labels.dataType().isInteger() || labels.size() != pictures) {
      throw new InputException(
          "%s holds %s; %d pictures need as many class indices, one after another"
              .formatted(location, labels, pictures));
    }
    List<Target> targets = new ArrayList<>();
    for (int index = 0; index < pictures; index++) {
      long label = labels.longAt(index) + offset;
      if (label < 0 || label > Integer.MAX_VALUE) {
        throw new InputException(
            "%s: class index %d of picture %d is out of range".formatted(location, label, index));
      }
      targets.add(new Target.ClassLabel((int) label));
    }
    return new ImageTargets(numbers(pictures), targets, List.of(), List.of());
  }

  /** Pictures in an array, without target. */
  public static ImageTargets none(int pictures) {
    List<Target> unknown = Collections.nCopies(pictures, Target.UNKNOWN);
    return new ImageTargets(numbers(pictures), unknown, List.of(), List.of());
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  static void addFinding(List<Finding> findings, String code, List<String> names, String what) {
    if (!names.isEmpty()) {
      String first = names.stream().min(String::compareTo).orElseThrow();
      findings.add(
          Finding.warning(
              code, "%d images %s, the first is %s".formatted(names.size(), what, first)));
    }
  }
}
