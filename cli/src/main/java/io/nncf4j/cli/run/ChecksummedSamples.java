package io.nncf4j.cli.run;

import io.nncf4j.core.Finding;
import io.nncf4j.data.Sample;
import io.nncf4j.data.SampleSource;
import io.nncf4j.data.Target;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * The samples of another source, with a checksum of the input of each that was loaded: what a model
 * was calibrated with is decided by pixels, not by names. A checksum takes a hundredth of the time
 * that decoding a picture does.
 */
final class ChecksummedSamples implements SampleSource {
  private final SampleSource samples;
  private final Map<Integer, Long> checksums = new ConcurrentHashMap<>();

  ChecksummedSamples(SampleSource samples) {
    this.samples = samples;
  }

  /**
   * The CRC-32C of the bytes of sample {@code index}; empty when it was not loaded, or is broken.
   */
  OptionalLong checksum(int index) {
    Long found = checksums.get(index);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found);
  }

  @Override
  public Sample load(int index, Memory memory) {
    Sample sample = samples.load(index, memory);
    if (!checksums.containsKey(index)) {
      CRC32C checksum = new CRC32C();
      checksum.update(sample.input().data());
      checksums.put(index, checksum.getValue());
    }
    return sample;
  }

  @Override
  public Target target(int index) {
    return samples.target(index);
  }

  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public String name(int index) {
    return samples.name(index);
  }

  @Override
  public List<String> classNames() {
    return samples.classNames();
  }

  @Override
  public List<Finding> findings() {
    return samples.findings();
  }

  @Override
  public void close() {
    samples.close();
  }
}
