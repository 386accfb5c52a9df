package io.nncf4j.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nncf4j.core.InputException;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Provide
  Arbitrary<DataType> integers() {
    return Arbitraries.of(DataType.values()).filter(DataType::isInteger);
  }

  private static long lowest(DataType type) {
    return type.isSigned() ? -1L << (type.bits() - 1) : 0;
  }

  private static long highest(DataType type) {
    return type.isSigned() ? ~lowest(type) : (1L << type.bits()) - 1;
  }

  @Property
  void integersSaturateAndNeighboursStay(
      @ForAll("integers") DataType type, @ForAll @Size(9) List<Long> values) {
    if (type.bits() == 64) {
      return;
    }
    ByteBuffer data = Tensor.allocate(type, 9);
    for (int index = 0; index < 9; index++) {
      ElementCodec.writeLong(type, data, index, values.get(index));
    }
    Tensor tensor = Tensor.of(type, new long[] {9}, data);
    for (int index = 0; index < 9; index++) {
      long expected = Math.max(lowest(type), Math.min(highest(type), values.get(index)));
      assertThat(tensor.longAt(index)).isEqualTo(expected);
      assertThat(tensor.doubleAt(index)).isEqualTo(expected);
    }
    assertThat(tensor.byteCount()).isEqualTo((9L * type.bits() + 7) / 8);
  }

  @Property
  void doublesRoundToEvenAndSaturateInIntegers(
      @ForAll("integers") DataType type, @ForAll double value) {
    Tensor tensor = Tensor.ofDoubles(type, new double[] {value}, 1);
    if (type == DataType.UINT64) {
      double expected = Math.max(0, Math.min(0x1p64, Math.rint(value)));
      assertThat(tensor.doubleAt(0)).isEqualTo(expected);
    } else if (type.bits() < 64) {
      double expected = Math.max(lowest(type), Math.min(highest(type), Math.rint(value)));
      assertThat(tensor.doubleAt(0)).isEqualTo(expected);
    }
  }

  @Test
  void packedElementsStandInTheLowBitsFirst() {
    Tensor tensor = Tensor.ofDoubles(DataType.INT4, new double[] {-8, 7, -1}, 3);
    assertThat(tensor.data().get(0)).isEqualTo((byte) 0x78);
    assertThat(tensor.data().get(1)).isEqualTo((byte) 0x0F);
    Tensor pairs = Tensor.ofDoubles(DataType.UINT2, new double[] {0, 1, 2, 3, 3}, 5);
    assertThat(pairs.data().get(0)).isEqualTo((byte) 0b11100100);
    assertThat(pairs.toLongs()).containsExactly(0, 1, 2, 3, 3);
  }

  @Test
  void unsigned64KeepsItsBits() {
    Tensor tensor = Tensor.ofDoubles(DataType.UINT64, new double[] {0x1p63, 1e30, -5}, 3);
    assertThat(tensor.toLongs()).containsExactly(Long.MIN_VALUE, -1, 0);
    assertThat(tensor.doubleAt(0)).isEqualTo(0x1p63);
  }

  @Test
  void lengthsAreCheckedBeforeAnythingIsAllocated() {
    assertThatThrownBy(() -> Tensor.of(DataType.FLOAT32, new long[] {3}, ByteBuffer.allocate(8)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("12 bytes; found 8");
    assertThatThrownBy(() -> Tensor.elementCount(1L << 40, 1L << 40))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Tensor.elementCount(-1)).isInstanceOf(InputException.class);
    assertThat(Tensor.elementCount(0, 1L << 40)).isZero();
    assertThat(Tensor.elementCount()).isEqualTo(1);
    assertThatThrownBy(() -> Tensor.allocate(DataType.FLOAT64, 1L << 29))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 GiB");
    assertThatThrownBy(() -> Tensor.of(DataType.STRING, new long[0], ByteBuffer.allocate(0)))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> Tensor.ofStrings(List.of("a"), 2)).isInstanceOf(InputException.class);
  }

  @Test
  void aTensorDoesNotFollowChangesOfWhatItWasMadeFrom() {
    float[] values = {1, 2};
    long[] shape = {2};
    byte[] bytes = {1};
    Tensor floats = Tensor.ofFloats(values, shape);
    Tensor small = Tensor.ofBytes(DataType.INT8, bytes, 1);
    values[0] = 9;
    shape[0] = 9;
    bytes[0] = 9;
    floats.shape()[0] = 9;
    assertThat(floats.toFloats()).containsExactly(1, 2);
    assertThat(floats.shape()).containsExactly(2);
    assertThat(small.longAt(0)).isEqualTo(1);
    assertThat(floats.data().isReadOnly()).isTrue();
  }

  @Test
  void aViewStartsAtTheBuffersPosition() {
    ByteBuffer bytes = Tensor.allocate(DataType.INT32, 3);
    bytes.putInt(0, 7).putInt(4, 8).putInt(8, 9).position(4).limit(12);
    assertThat(Tensor.of(DataType.INT32, new long[] {2}, bytes).toLongs()).containsExactly(8, 9);
  }

  @Test
  void equalityIsOfTypeShapeAndBytes() {
    assertThat(Tensor.scalar(0f)).isNotEqualTo(Tensor.scalar(-0f));
    assertThat(Tensor.scalar(Float.NaN)).isEqualTo(Tensor.scalar(Float.NaN));
    assertThat(Tensor.vector(1, 2)).isNotEqualTo(Tensor.ofLongs(new long[] {1, 2}, 2, 1));
    assertThat(Tensor.vector(1, 2).reshape(2, 1))
        .isEqualTo(Tensor.ofLongs(new long[] {1, 2}, 2, 1));
    assertThat(Tensor.vector(1)).isNotEqualTo(Tensor.ofInts(new int[] {1, 0}, 2));
    assertThat(Tensor.ofStrings(List.of("a"), 1)).isNotEqualTo(Tensor.ofStrings(List.of("b"), 1));
    assertThat(Tensor.vector(1, 2)).hasSameHashCodeAs(Tensor.vector(1, 2));
    assertThatThrownBy(() -> Tensor.vector(1, 2).reshape(3)).isInstanceOf(InputException.class);
  }

  @Test
  void onnxNumbersComeBack() {
    for (DataType type : DataType.values()) {
      if (type != DataType.NF4) {
        assertThat(DataType.ofOnnxNumber(type.onnxNumber())).isEqualTo(type);
      }
    }
    assertThat(DataType.ofOnnxNumber(0)).isNull();
    assertThat(DataType.ofOnnxNumber(99)).isNull();
  }
}
