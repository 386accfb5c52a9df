package io.nncf4j.data.source;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.data.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

  static void addFinding(List<Finding> findings, String code, List<String> names, String what) {
    if (!names.isEmpty()) {
      String first = names.stream().min(String::compareTo).orElseThrow();
      findings.add(
          Finding.warning(
              code, "%d images %s, the first is %s".formatted(names.size(), what, first)));
    }
  }
}
