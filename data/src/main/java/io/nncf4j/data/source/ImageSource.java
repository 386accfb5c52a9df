package io.nncf4j.data.source;

import io.nncf4j.core.Finding;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import io.nncf4j.data.image.ImageDecoder;
import io.nncf4j.data.image.ImageTransform;
import io.nncf4j.data.image.PixelImage;
import io.nncf4j.data.image.Preprocessing;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Picture files with their targets, decoded and prepared on demand. */
public final class ImageSource implements SampleSource {
  private final FileStore files;
  private final ImageTargets targets;
  private final ImageTransform transform;
  private final Queue<ImageDecoder> idleDecoders = new ConcurrentLinkedQueue<>();

  /** Owns {@code files} from now on. */
  public ImageSource(FileStore files, ImageTargets targets, Preprocessing preprocessing) {
    this.files = files;
    this.targets = targets;
    this.transform = new ImageTransform(preprocessing);
  }

  public Preprocessing preprocessing() {
    return transform.preprocessing();
  }

  @Override
  public int size() {
    return targets.names().size();
  }

  @Override
  public String name(int index) {
    return targets.names().get(index);
  }

  /** What is known of sample {@code index}, without decoding its picture. */
  public Target target(int index) {
    return targets.targets().get(index);
  }

  /** The decoded picture of sample {@code index}, before any preparation. */
  public PixelImage picture(int index) {
    String name = name(index);
    byte[] file = files.read(name);
    ImageDecoder waiting = idleDecoders.poll();
    ImageDecoder decoder = waiting == null ? new ImageDecoder() : waiting;
    PixelImage picture = decoder.decode(files.describe(name), file);
    idleDecoders.add(decoder);
    return picture;
  }

  @Override
  public Sample load(int index, Memory memory) {
    String name = name(index);
    PixelImage picture = picture(index);
    ImageTransform.Geometry geometry =
        transform.geometry(files.describe(name), picture.width(), picture.height());
    long[] shape = transform.shape(geometry);
    ByteBuffer buffer = memory.allocate(DataType.FLOAT32, shape);
    transform.apply(picture, geometry, buffer.asFloatBuffer());
    Tensor input = Tensor.of(DataType.FLOAT32, shape, buffer);
    return new Sample(index, name, input, target(index), geometry.placement());
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
  public void close() {
    for (ImageDecoder decoder = idleDecoders.poll();
        decoder != null;
        decoder = idleDecoders.poll()) {
      decoder.close();
    }
    files.close();
  }
}
