package io.nncf4j.formats.pytorch.archive;

import java.nio.ByteBuffer;

/** Where the bytes of tensors stand. */
@FunctionalInterface
interface Storages {
  /**
   * The bytes of a storage.
   *
   * @throws io.nncf4j.core.InputException when there is none of this key
   */
  ByteBuffer bytes(String key);
}
