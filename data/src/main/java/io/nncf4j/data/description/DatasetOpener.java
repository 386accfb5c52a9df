package io.nncf4j.data.description;

import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.description.DatasetDescription.ImageLocation;
import io.nncf4j.data.description.DatasetDescription.Labels;
import io.nncf4j.data.image.Preprocessing;
import io.nncf4j.data.source.Annotations;
import io.nncf4j.data.source.ArrayFile;
import io.nncf4j.data.source.ArrayPictures;
import io.nncf4j.data.source.ArraySource;
import io.nncf4j.data.source.CocoAnnotations;
import io.nncf4j.data.source.FilePictures;
import io.nncf4j.data.source.FileStore;
import io.nncf4j.data.source.FolderFiles;
import io.nncf4j.data.source.ImageSource;
import io.nncf4j.data.source.ImageTargets;
import io.nncf4j.data.source.LabelTable;
import io.nncf4j.data.source.ListedFiles;
import io.nncf4j.data.source.TextWindows;
import io.nncf4j.data.source.VocAnnotations;
import io.nncf4j.data.source.ZipFiles;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens what a description describes. */
final class DatasetOpener {
  private final DatasetDescription description;

  private DatasetOpener(DatasetDescription description) {
    this.description = description;
  }

  static SampleSource open(DatasetDescription description) {
    if (description.images() instanceof ImageLocation.Text text) {
      return TextWindows.ofBytes(text.path(), text.window());
    }
    DatasetOpener opener = new DatasetOpener(description);
    return description.images() instanceof ImageLocation.ArrayFile array
        ? opener.array(array.path())
        : opener.files();
  }

  private SampleSource array(Path file) {
    Tensor array = ArrayFile.read(file);
    if (array.rank() == 0) {
      throw new InputException(file + " holds a single number, not samples");
    }
    int samples = (int) array.dimension(0);
    ImageTargets targets = arrayTargets(samples);
    if (array.dataType() == DataType.UINT8) {
      ArrayPictures pictures = new ArrayPictures(array, file.toString());
      return new ImageSource(pictures, targets, description.input());
    }
    if (!description.input().equals(Preprocessing.defaults())) {
      throw new InputException(
          "%s: %s holds %s, which is used as it is; remove the key \"input\""
              .formatted(description.file(), file, array));
    }
    return new ArraySource(array, targets.targets());
  }

  private ImageTargets arrayTargets(int samples) {
    if (description.annotations().isPresent() || description.labels() instanceof Labels.Folders) {
      throw new InputException(
          description.file() + ": images in an array take labels from an array of class indices");
    }
    return description.labels() instanceof Labels.File labels
        ? ImageTargets.ofArray(
            ArrayFile.read(labels.path()),
            labels.path().toString(),
            samples,
            description.labelOffset())
        : ImageTargets.none(samples);
  }

  private SampleSource files() {
    FileStore files = openFiles();
    try {
      ImageTargets targets = targets(files);
      boolean isComplete = targets.names().size() == files.names().size();
      return new ImageSource(
          new FilePictures(files, targets.names()),
          targets,
          description.input(),
          isComplete ? null : all(files));
    } catch (InputException failure) {
      files.close();
      throw failure;
    }
  }

  private ImageSource all(FileStore files) {
    return new ImageSource(
        new FilePictures(files, files.names()), ImageTargets.none(files), description.input());
  }

  private FileStore openFiles() {
    ImageLocation images = description.images();
    if (images instanceof ImageLocation.Archive archive) {
      return ZipFiles.open(archive.path(), archive.folder());
    }
    if (images instanceof ImageLocation.ListFile list) {
      // Beside a folder of VOC annotations stands the folder of pictures that image sets name.
      Path pictures =
          description.annotations().map(each -> each.resolveSibling("JPEGImages")).orElse(null);
      return pictures != null && Files.isDirectory(pictures)
          ? ListedFiles.open(list.path(), pictures, ".jpg")
          : ListedFiles.open(list.path());
    }
    return FolderFiles.open(images.path());
  }

  private ImageTargets targets(FileStore files) {
    if (description.annotations().isPresent()) {
      Path path = description.annotations().get();
      Annotations annotations =
          Files.isDirectory(path) ? VocAnnotations.read(path) : CocoAnnotations.read(path);
      return ImageTargets.ofAnnotations(files, annotations);
    }
    if (description.labels() instanceof Labels.File table) {
      return ImageTargets.ofTable(
          files, LabelTable.read(table.path()), table.path().toString(), description.labelOffset());
    }
    return description.labels() instanceof Labels.Folders
        ? ImageTargets.ofFolders(files, description.labelOffset())
        : ImageTargets.none(files);
  }
}
