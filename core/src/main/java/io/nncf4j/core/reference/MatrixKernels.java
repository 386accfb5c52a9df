package io.nncf4j.core.reference;

import io.nncf4j.core.tensor.DataType;
import io.nncf4j.core.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Products of matrices. */
final class MatrixKernels {
  private MatrixKernels() {}

  static Map<String, Kernel> all() {
    return Map.of(
        "MatMul", Kernel.of(call -> multiply(call, call.input(0), call.input(1))),
        "MatMulInteger", Kernel.of(MatrixKernels::multiplyInteger),
        "Gemm", Kernel.of(MatrixKernels::gemm));
  }

  /** The product, of NumPy's matmul semantics, in the type of the left factor. */
  private static Tensor multiply(Call call, Tensor left, Tensor right) {
    if (left.rank() == 0 || right.rank() == 0) {
      throw call.problem("scalars have no matrix product");
    }
    Tensor a = left.rank() == 1 ? left.reshape(1, left.size()) : left;
    Tensor b = right.rank() == 1 ? right.reshape(right.size(), 1) : right;
    int m = (int) a.dimension(-2);
    int k = (int) a.dimension(-1);
    int n = (int) b.dimension(-1);
    if (b.dimension(-2) != k) {
      throw call.problem("cannot multiply " + left + " by " + right);
    }
    long[] batchA = Arrays.copyOf(a.shape(), a.rank() - 2);
    long[] batchB = Arrays.copyOf(b.shape(), b.rank() - 2);
    long[] batch = Broadcast.shape(call, batchA, batchB);
    int[] startA = Broadcast.indices(batchA, batch);
    int[] startB = Broadcast.indices(batchB, batch);
    long[] full = Arrays.copyOf(batch, batch.length + 2);
    full[batch.length] = m;
    full[batch.length + 1] = n;
    int size = call.charge(full);
    call.chargeOperations(Math.multiplyExact((long) size, Math.max(k, 1)));
    boolean integral = Elements.isIntegral(left.dataType());
    long[] longs = integral ? new long[size] : new long[0];
    double[] reals = integral ? new double[0] : new double[size];
    double[] av = a.toDoubles();
    double[] bv = b.toDoubles();
    for (int index = 0; index < size; index++) {
      int matrix = index / (m * n);
      int row = index / n % m;
      int column = index % n;
      int fromA = startA[matrix] * m * k + row * k;
      int fromB = startB[matrix] * k * n + column;
      if (integral) {
        long sum = 0;
        for (int inner = 0; inner < k; inner++) {
          sum += a.longAt(fromA + inner) * b.longAt(fromB + inner * n);
        }
        longs[index] = sum;
      } else {
        double sum = 0;
        for (int inner = 0; inner < k; inner++) {
          sum += av[fromA + inner] * bv[fromB + inner * n];
        }
        reals[index] = sum;
      }
    }
    long[] shape = squeezed(batch, left.rank() > 1 ? m : -1, right.rank() > 1 ? n : -1);
    return integral
        ? Elements.ofLongs(left.dataType(), longs, shape)
        : Elements.ofDoubles(left.dataType(), reals, shape);
  }

  private static long[] squeezed(long[] batch, long m, long n) {
    long[] shape = Arrays.copyOf(batch, batch.length + (m < 0 ? 0 : 1) + (n < 0 ? 0 : 1));
    int next = batch.length;
    if (m >= 0) {
      shape[next++] = m;
    }
    if (n >= 0) {
      shape[next] = n;
    }
    return shape;
  }

  private static Tensor multiplyInteger(Call call) {
    Tensor a = centred(call, call.input(0), call.optional(2), true);
    Tensor b = centred(call, call.input(1), call.optional(3), false);
    return multiply(call, a, b);
  }

  /** Minus its zero point, a scalar or one for each row of A or column of B, as int32. */
  private static Tensor centred(Call call, Tensor x, @Nullable Tensor zeroPoint, boolean rows) {
    Tensor wide = CastKernels.cast(x, DataType.INT32, true);
    if (zeroPoint == null) {
      return wide;
    }
    Tensor zero = CastKernels.cast(zeroPoint, DataType.INT32, true);
    Tensor shaped =
        rows && zero.rank() == 1 && zero.size() > 1 ? zero.reshape(zero.size(), 1) : zero;
    Tensor fitting = shaped.size() == 1 ? shaped.reshape() : shaped;
    return BinaryKernels.combine(
        call, wide, fitting, DataType.INT32, (p, q) -> p - q, (p, q) -> p - q);
  }

  private static Tensor gemm(Call call) {
    boolean transposeA = call.node().intAttribute("transA", 0) != 0;
    boolean transposeB = call.node().intAttribute("transB", 0) != 0;
    Tensor a = matrix(call, call.input(0), transposeA);
    Tensor b = matrix(call, call.input(1), transposeB);
    float alpha = call.node().floatAttribute("alpha", 1);
    float beta = call.node().floatAttribute("beta", 1);
    Tensor c = call.optional(2);
    DataType type = a.dataType();
    boolean integral = type.isInteger();
    // Float products stay in double until all is added.
    Tensor product =
        integral
            ? multiply(call, a, b)
            : multiply(call, CastKernels.cast(a, DataType.FLOAT64, true), b);
    Tensor scaled = scale(product, alpha);
    if (c == null) {
      return integral ? scaled : CastKernels.cast(scaled, type, true);
    }
    Tensor addend = scale(integral ? c : CastKernels.cast(c, DataType.FLOAT64, true), beta);
    if (!Arrays.equals(Broadcast.shape(call, product.shape(), c.shape()), product.shape())) {
      throw call.problem("addend " + c + " does not broadcast to " + product);
    }
    Tensor sum =
        BinaryKernels.combine(call, scaled, addend, scaled.dataType(), Double::sum, Long::sum);
    return integral ? sum : CastKernels.cast(sum, type, true);
  }

  private static Tensor matrix(Call call, Tensor x, boolean transposed) {
    if (x.rank() != 2) {
      throw call.problem("its factors must be matrices, found " + x);
    }
    return transposed ? MovementKernels.transpose(call, x, 1, 0) : x;
  }

  private static Tensor scale(Tensor x, float factor) {
    if (factor == 1) {
      return x;
    }
    double[] values = x.toDoubles();
    for (int index = 0; index < values.length; index++) {
      values[index] *= factor;
    }
    return x.dataType().isInteger()
        ? CastKernels.cast(
            Tensor.ofDoubles(DataType.FLOAT64, values, x.shape()), x.dataType(), true)
        : Tensor.ofDoubles(x.dataType(), values, x.shape());
  }
}
