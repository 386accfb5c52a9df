package io.nncf4j.data.source;

import io.nncf4j.data.image.ImageDecoder;
import io.nncf4j.data.image.PixelImage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Some files of a store as pictures. */
public final class FilePictures implements Pictures {
  private final FileStore files;
  private final List<String> names;
  private final Queue<ImageDecoder> idleDecoders = new ConcurrentLinkedQueue<>();

  /** Owns {@code files} from now on. */
  public FilePictures(FileStore files, List<String> names) {
    this.files = files;
    this.names = List.copyOf(names);
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }

  @Override
  public String describe(int index) {
    return files.describe(name(index));
  }

  @Override
  public PixelImage picture(int index) {
    byte[] file = files.read(name(index));
    ImageDecoder idle = idleDecoders.poll();
    ImageDecoder decoder = idle == null ? new ImageDecoder() : idle;
    try {
      return decoder.decode(describe(index), file);
    } finally {
      idleDecoders.add(decoder);
    }
  }

  @Override
  public void close() {
    ImageDecoder decoder = idleDecoders.poll();
    while (decoder != null) {
      decoder.close();
      decoder = idleDecoders.poll();
    }
    files.close();
  }
}
