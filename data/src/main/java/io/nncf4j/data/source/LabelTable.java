package io.nncf4j.data.source;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code labels.csv}: file name, comma, class index, one picture a line, no heading. */
public final class LabelTable {
  private static final int MOST_CLASSES = 10_000_000;

  /** A few lines tell what is wrong; a file that is no table at all need not be told in full. */
  private static final int PROBLEMS_SHOWN = 3;

  private static final int LINE_SHOWN = 40;

  private LabelTable() {}

  /**
   * Class index by file name, in the order of the file.
   *
   * @throws io.nncf4j.core.InputException that names the first wrong lines and says how many there
   *     are
   */
  public static Map<String, Integer> read(Path file) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    int lineNumber = 0;
    for (String line : TextFile.lines(file)) {
      lineNumber++;
      if (line.isBlank()) {
        continue;
      }
      // A file name may hold commas, a class index never does.
      int comma = line.lastIndexOf(',');
      String name = comma < 0 ? "" : line.substring(0, comma).strip();
      int label = comma < 0 ? -1 : classIndex(line.substring(comma + 1).strip());
      if (name.isEmpty() || label < 0) {
        problems.add(
            "%s:%d: expected \"file name,class index\", found \"%s\""
                .formatted(file, lineNumber, shortened(line)));
      } else if (labels.putIfAbsent(name, label) != null) {
        problems.add("%s:%d: %s has a label already".formatted(file, lineNumber, name));
      }
    }
    TextFile.throwIfAny(problems, PROBLEMS_SHOWN);
    return labels;
  }

  private static String shortened(String line) {
    return line.length() > LINE_SHOWN ? line.substring(0, LINE_SHOWN) + "…" : line;
  }

  private static int classIndex(String text) {
    if (text.isEmpty() || text.length() > 8 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int index = Integer.parseInt(text);
    return index < MOST_CLASSES ? index : -1;
  }
}
