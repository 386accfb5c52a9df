package io.nncf4j.data.description;

import io.nncf4j.core.InputException;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription.ImageLocation;
import io.nncf4j.data.description.DatasetDescription.Labels;
import io.nncf4j.data.source.FileStore;
import io.nncf4j.data.source.FolderFiles;
import io.nncf4j.data.source.ImageSource;
import io.nncf4j.data.source.ImageTargets;
import io.nncf4j.data.source.LabelTable;
import io.nncf4j.data.source.ListedFiles;
import io.nncf4j.data.source.ZipFiles;

/** Opens what a description describes. */
final class DatasetOpener {
  private DatasetOpener() {}

  static SampleSource open(DatasetDescription description) {
    FileStore files = files(description);
    try {
      return new ImageSource(files, targets(description, files), description.input());
    } catch (InputException failure) {
      files.close();
      throw failure;
    }
  }

  private static FileStore files(DatasetDescription description) {
    ImageLocation images = description.images();
    if (images instanceof ImageLocation.Archive archive) {
      return ZipFiles.open(archive.path(), archive.folder());
    }
    if (images instanceof ImageLocation.ListFile list) {
      return ListedFiles.open(list.path());
    }
    return FolderFiles.open(images.path());
  }

  private static ImageTargets targets(DatasetDescription description, FileStore files) {
    if (description.labels() instanceof Labels.File table) {
      return ImageTargets.ofTable(
          files, LabelTable.read(table.path()), table.path().toString(), description.labelOffset());
    }
    return description.labels() instanceof Labels.Folders
        ? ImageTargets.ofFolders(files, description.labelOffset())
        : ImageTargets.none(files);
  }
}
