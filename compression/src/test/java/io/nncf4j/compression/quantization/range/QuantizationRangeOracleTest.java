package io.nncf4j.compression.quantization.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nncf4j.compression.quantization.plan.Quantizer;
import io.nncf4j.core.InputException;
import io.nncf4j.core.tensor.DataType;
import io.nncf4j.testing.SharedFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Tables computed by an independent implementation. */
class QuantizationRangeOracleTest {
  private static final double RELATIVE = 1e-5;

  private static JsonNode read(String name) throws IOException {
    Path file = SharedFiles.oracle("nncf-synthetic/" + name);
    return new ObjectMapper().readTree(file.toFile());
  }

  private static float[] flatten(JsonNode values) {
    List<Float> all = new ArrayList<>();
    collect(values, all);
    float[] flat = new float[all.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = all.get(i);
    }
    return flat;
  }

  private static void collect(JsonNode values, List<Float> all) {
    if (values.isArray()) {
      values.forEach(value -> collect(value, all));
    } else {
      all.add((float) values.doubleValue());
    }
  }

  private static Quantizer quantizer(JsonNode one) {
    JsonNode signed = one.get("signedness_to_force");
    return new Quantizer(
        one.get("bits").intValue(),
        one.get("mode").textValue().equals("symmetric")
            ? Quantizer.Mode.SYMMETRIC
            : Quantizer.Mode.ASYMMETRIC,
        signed.isNull() || !signed.booleanValue()
            ? Quantizer.Signedness.FREE
            : Quantizer.Signedness.SIGNED,
        one.get("per_channel").booleanValue(),
        one.get("narrow_range").booleanValue());
  }

  /** Symmetric cases give max|x| as maximum, which may lie below the observed minimum's size. */
  private static ObservedRange observed(JsonNode one) {
    return new ObservedRange(flatten(one.get("min")), flatten(one.get("max")));
  }

  private static void check(JsonNode expected, QuantizationRange actual) {
    assertThat(actual.levels()).isEqualTo(expected.get("levels").intValue());
    checkFloats(flatten(expected.get("input_low")), actual.low());
    checkFloats(flatten(expected.get("input_high")), actual.high());
    checkFloats(flatten(expected.get("output_low")), actual.low());
    checkFloats(flatten(expected.get("output_high")), actual.high());
  }

  private static void checkFloats(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], Percentage.withPercentage(100 * RELATIVE));
    }
  }

  @Test
  void referenceFile() throws IOException {
    JsonNode reference = read("fq_params.json");
    int compared = 0;
    for (JsonNode one : read("fq_cases.json")) {
      boolean half = one.get("half_range").booleanValue();
      if (one.get("expect_error").booleanValue()) {
        assertThatThrownBy(() -> QuantizationRange.of(quantizer(one), observed(one), half))
            .isInstanceOf(InputException.class);
      } else {
        check(
            reference.get(one.get("key").textValue()),
            QuantizationRange.of(quantizer(one), observed(one), half));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(18);
  }

  @Test
  void table() throws IOException {
    int compared = 0;
    for (JsonNode one : read("fq_table.json")) {
      boolean half = one.get("half_range").booleanValue();
      if (half && one.get("group").textValue().equals("activations")) {
        continue; // The caller never asks it of activations; the rule itself knows no groups.
      }
      if (one.has("expect_error")) {
        assertThatThrownBy(() -> QuantizationRange.of(quantizer(one), observed(one), half))
            .isInstanceOf(InputException.class);
      } else {
        check(one, QuantizationRange.of(quantizer(one), observed(one), half));
      }
      compared++;
    }
    assertThat(compared).isEqualTo(648);
  }

  @Test
  void scalesAndZeroPoints() throws IOException {
    for (JsonNode one : read("scale_zero_point.json")) {
      int lowest = one.get("level_low").intValue();
      int highest = one.get("level_high").intValue();
      int levels = highest - lowest + (one.get("narrow_range").booleanValue() ? 0 : 1);
      QuantizationRange range =
          new QuantizationRange(
              levels, flatten(one.get("input_low")), flatten(one.get("input_high")));
      ScaleZeroPoint actual = ScaleZeroPoint.of(range, lowest, highest, DataType.INT32);
      checkFloats(flatten(one.get("computed_scale")), actual.scale());
      float[] zeroPoints = flatten(one.get("computed_zero_point"));
      for (int i = 0; i < zeroPoints.length; i++) {
        assertThat(actual.zeroPoint()[i]).isEqualTo((int) zeroPoints[i]);
      }
    }
  }

  @Test
  void symmetricActivationsBecomeUnsignedWithMiddleZeroPoint() {
    QuantizationRange range =
        QuantizationRange.of(Quantizer.symmetric(8), ObservedRange.of(-2f, 1f));
    ScaleZeroPoint unsigned = ScaleZeroPoint.of(range, 8, true);
    ScaleZeroPoint signed = ScaleZeroPoint.of(range, 8, false);
    assertThat(unsigned.type()).isEqualTo(DataType.UINT8);
    assertThat(unsigned.zeroPoint()).containsExactly(128);
    assertThat(signed.type()).isEqualTo(DataType.INT8);
    assertThat(signed.zeroPoint()).containsExactly(0);
    assertThat(unsigned.scale()).containsExactly(signed.scale());
  }
}
