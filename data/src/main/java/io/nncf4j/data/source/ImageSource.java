package io.nncf4j.data.source;

import io.nncf4j.core.Finding;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.image.Augmentation;
import io.nncf4j.data.image.ImageTransform;
import io.nncf4j.data.image.PixelImage;
import io.nncf4j.data.image.Preprocessing;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pictures with their targets, decoded and prepared on demand. */
public final class ImageSource implements SampleSource {
  private final Pictures pictures;
  private final ImageTargets targets;
  private final ImageTransform transform;
  private final Augmentation.Epoch augmentation;
  private final @Nullable ImageSource all;

  /** Owns {@code pictures} from now on; there is one target per picture. */
  public ImageSource(Pictures pictures, ImageTargets targets, Preprocessing preprocessing) {
    this(pictures, targets, preprocessing, null);
  }

  /**
   * Likewise.
   *
   * @param all these pictures and others without target; null where there are no others
   */
  public ImageSource(
      Pictures pictures,
      ImageTargets targets,
      Preprocessing preprocessing,
      @Nullable ImageSource all) {
    this(pictures, targets, new ImageTransform(preprocessing), Augmentation.NONE, all);
    if (pictures.size() != targets.targets().size()) {
      throw new InputException(
          pictures.size() + " pictures, but " + targets.targets().size() + " targets");
    }
  }

  private ImageSource(
      Pictures pictures,
      ImageTargets targets,
      ImageTransform transform,
      Augmentation.Epoch augmentation,
      @Nullable ImageSource all) {
    this.pictures = pictures;
    this.targets = targets;
    this.transform = transform;
    this.augmentation = augmentation;
    this.all = all;
  }

  /**
   * The same samples, each changed at random by seed, epoch and its index alone: neither order nor
   * threads matter. For classification: boxes are not moved along.
   */
  public ImageSource augmented(Augmentation wished, long epoch) {
    return new ImageSource(pictures, targets, transform, wished.epoch(epoch), all);
  }

  public Preprocessing preprocessing() {
    return transform.preprocessing();
  }

  @Override
  public int size() {
    return pictures.size();
  }

  @Override
  public String name(int index) {
    return pictures.name(index);
  }

  @Override
  public Target target(int index) {
    return targets.targets().get(index);
  }

  /** The decoded picture of sample {@code index}, before any preparation. */
  public PixelImage picture(int index) {
    return pictures.picture(index);
  }

  @Override
  public Sample load(int index, Memory memory) {
    PixelImage picture = pictures.picture(index);
    ImageTransform.Geometry geometry =
        transform.geometry(pictures.describe(index), picture.width(), picture.height());
    long[] shape = transform.shape(geometry);
    ByteBuffer buffer = memory.allocate(DataType.FLOAT32, shape);
    transform.apply(picture, geometry, augmentation.of(index), buffer.asFloatBuffer());
    Tensor input = Tensor.of(DataType.FLOAT32, shape, buffer);
    return new Sample(index, name(index), input, target(index), geometry.placement());
  }

  @Override
  public List<String> classNames() {
    return targets.classNames();
  }

  @Override
  public List<Finding> findings() {
    return targets.findings();
  }

  @Override
  public SampleSource withUnlabelled() {
    return all == null ? this : all;
  }

  @Override
  public void close() {
    pictures.close();
    if (all != null) {
      all.close();
    }
  }
}
