package io.nncf4j.cli.train;

import io.nncf4j.compression.training.control.CompressionController;
import io.nncf4j.compression.training.control.CompressionStatistics;
import io.nncf4j.compression.training.control.StatisticsTable;
import io.nncf4j.core.record.FilterRecord;
import io.nncf4j.core.record.TableRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the algorithms of a run tell of the model as it is now: for people, for machines and the
 * page.
 */
record CompressionTables(List<StatisticsTable> tables) {
  /**
   * The tables of all algorithms.
   *
   * @param controller null where nothing is compressed
   */
  static CompressionTables of(@Nullable CompressionController controller) {
    CompressionStatistics statistics = controller == null ? null : controller.statistics();
    return new CompressionTables(statistics == null ? List.of() : statistics.tables());
  }

  /** Which filters stay, by the names of layers. */
  static List<FilterRecord> filters(Map<String, String> marks) {
    List<FilterRecord> records = new ArrayList<>();
    marks.forEach((layer, kept) -> records.add(new FilterRecord(layer, kept)));
    return records;
  }

  String text() {
    return tables.stream().map(StatisticsTable::toString).collect(Collectors.joining("\n"));
  }

  /** As they stand in a record, the names of columns apart. */
  List<TableRecord> records() {
    List<TableRecord> records = new ArrayList<>();
    for (StatisticsTable table : tables) {
      List<List<String>> rows = table.rows();
      records.add(new TableRecord(table.title(), rows.get(0), rows.subList(1, rows.size())));
    }
    return records;
  }
}
