package io.nncf4j.compression.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.nncf4j.compression.options.IgnoredScope;
import io.nncf4j.compression.options.QuantizationOptions;
import io.nncf4j.compression.options.TargetDevice;
import io.nncf4j.compression.quantization.TinyNetwork;
import io.nncf4j.compression.quantization.plan.QuantizationPlan;
import io.nncf4j.compression.quantization.plan.WeightPlacement;
import io.nncf4j.compression.quantization.runtime.OnnxRuntimePlanner;
import io.nncf4j.core.Finding;
import io.nncf4j.core.graph.Model;
import io.nncf4j.core.operator.ShapeInference;
import io.nncf4j.core.tensor.Tensor;
import io.nncf4j.engines.NodeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Decisions about models whose times are made up, on a clock that is made up too. */
class LatencyGuardTest {
  private static final double FLOAT_NANOS = 5_000_000;
  private static final int SEEDS = 40;

  private final Model floatModel = ShapeInference.infer(TinyNetwork.model());
  private final QuantizationPlan plan =
      new OnnxRuntimePlanner().plan(floatModel, QuantizationOptions.defaults());
  private final Model quantized = floatModel.withMetadata("is", "quantized");
  private final Model mixed = floatModel.withMetadata("is", "mixed");

  /** A machine on which each model takes what it takes, and sometimes much longer. */
  private static final class Machine implements LatencyGuard.ModelTimers {
    private final double integerSpeed;
    private final double mixedSpeed;
    private final double noise;
    private final SplittableRandom random;
    private List<NodeTime> floatProfile = List.of();
    private List<NodeTime> integerProfile = List.of();
    private boolean hasBursts;
    private long slowUntil;
    private long slowFrom;
    private long now;

    /** Every now and then another process takes two thirds of the processor for a while. */
    Machine withBursts() {
      hasBursts = true;
      return this;
    }

    private double slowness() {
      if (hasBursts && now >= slowUntil) {
        slowFrom = now + (long) (random.nextDouble() * 400e6);
        slowUntil = slowFrom + (long) (random.nextDouble() * 300e6);
      }
      return hasBursts && now >= slowFrom ? 3 : 1;
    }

    /**
     * @param noise 0 for a machine of one's own; 1 for one on which every other run is interrupted
     */
    Machine(double integerSpeed, double mixedSpeed, double noise, long seed) {
      this.integerSpeed = integerSpeed;
      this.mixedSpeed = mixedSpeed;
      this.noise = noise;
      random = new SplittableRandom(seed);
    }

    @Override
    public ModelTimer open(Map<String, Tensor> inputs) {
      List<Model> models = new ArrayList<>();
      return new ModelTimer() {
        @Override
        public void add(Model model) {
          models.add(model);
        }

        @Override
        public long[][] round(int runs) {
          long[][] nanos = new long[models.size()][runs];
          for (int model = 0; model < nanos.length; model++) {
            for (int run = 0; run < runs; run++) {
              double jitter = 1 + noise * 0.1 * random.nextDouble();
              boolean interrupted = random.nextDouble() < noise / 2;
              double wait = interrupted ? noise * random.nextDouble() * 4 * FLOAT_NANOS : 0;
              nanos[model][run] =
                  (long) (slowness() * FLOAT_NANOS / speed(models.get(model)) * jitter + wait);
              now += nanos[model][run];
            }
          }
          return nanos;
        }

        @Override
        public long nanoTime() {
          return now;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public LatencyGuard.Profiles profiles(Map<String, Tensor> inputs) {
      return (model, runs) -> isA("quantized", model) ? integerProfile : floatProfile;
    }

    private double speed(Model model) {
      return isA("quantized", model) ? integerSpeed : isA("mixed", model) ? mixedSpeed : 1;
    }

    Duration time() {
      return Duration.ofNanos(now);
    }
  }

  private static boolean isA(String kind, Model model) {
    return kind.equals(model.metadata().get("is"));
  }

  /** The second convolution is much slower on integers, and the rest faster. */
  private static Machine withProfile(Machine machine) {
    machine.floatProfile = List.of(node("conv1", 2e6), node("conv2", 1e6), node("gemm", 1e6));
    machine.integerProfile = List.of(node("conv1", 1e5), node("conv2", 6e6), node("gemm", 1e5));
    return machine;
  }

  private static NodeTime node(String name, double nanos) {
    return new NodeTime(name, "Conv", nanos, 0);
  }

  private LatencyGuard.Result choose(Machine machine) {
    return choose(machine, plan);
  }

  private LatencyGuard.Result choose(Machine machine, QuantizationPlan by) {
    LatencyGuard.Builder builder =
        new LatencyGuard.Builder() {
          @Override
          public QuantizationPlan planWithout(Set<String> floatNodes) {
            IgnoredScope scope =
                new IgnoredScope(List.copyOf(floatNodes), List.of(), List.of(), List.of(), false);
            return new OnnxRuntimePlanner().plan(floatModel, by.options().withIgnoredScope(scope));
          }

          @Override
          public Model build(QuantizationPlan of) {
            return mixed;
          }
        };
    return new LatencyGuard(machine).choose(floatModel, by, quantized, Map.of(), builder);
  }

  @Test
  void whatIsClearlyFasterTakesFourRounds() {
    Machine machine = new Machine(1.7, 1, 0, 1);
    LatencyGuard.Result result = choose(machine);
    assertThat(result.model()).isSameAs(quantized);
    assertThat(result.plan()).isEqualTo(plan);
    assertThat(result.findings()).isEmpty();
    assertThat(result.comparison().baseline().runs()).isEqualTo(4 * 5);
    assertThat(machine.time()).isLessThan(Duration.ofMillis(200));
  }

  @Test
  void aSmallGainTakesMoreRounds() {
    LatencyGuard.Result result = choose(new Machine(1.1, 1, 0.05, 1));
    assertThat(result.model()).isSameAs(quantized);
    assertThat(result.comparison().speedupLow()).isGreaterThan(1.02);
    assertThat(result.comparison().baseline().runs()).isGreaterThanOrEqualTo(10 * 5);
  }

  @Test
  void whatIsSlowerIsNotReturned() {
    LatencyGuard.Result result = choose(new Machine(0.8, 1, 0.1, 1));
    assertThat(result.model()).isSameAs(floatModel);
    assertThat(result.plan().placements()).isEmpty();
    assertThat(result.findings())
        .extracting(Finding::code)
        .containsExactly("no-faster-in-integers");
    assertThat(result.findings().get(0).message()).contains("slower");
    assertThat(result.keptInFloat()).contains("conv1", "conv2", "gemm");
  }

  @Test
  void whatIsAsFastIsNotReturnedAndTakesBoundedTime() {
    Machine machine = new Machine(1, 1, 0.3, 1);
    LatencyGuard.Result result = choose(machine);
    assertThat(result.model()).isSameAs(floatModel);
    assertThat(result.findings().get(0).message()).contains("no clear difference");
    assertThat(machine.time()).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void slowModelsRunFewerTimes() {
    Machine machine = new Machine(1 / 200.0, 1, 0, 1);
    assertThat(choose(machine).model()).isSameAs(floatModel);
    // A second a run: the least rounds, of five runs, then two, then one.
    assertThat(machine.time()).isLessThan(Duration.ofSeconds(40));
  }

  @Test
  void nodesThatAreSlowerOnIntegersGoBackToFloat() {
    LatencyGuard.Result result = choose(withProfile(new Machine(0.9, 1.4, 0.1, 1)));
    assertThat(result.model()).isSameAs(mixed);
    assertThat(result.keptInFloat()).containsExactly("conv2");
    assertThat(result.plan().weights())
        .extracting(WeightPlacement::node)
        .containsExactly("conv1", "gemm");
    assertThat(result.comparison().isFaster()).isTrue();
    assertThat(result.findings()).isEmpty();
  }

  /** Where sessions differ by more than that, it could be a loss. */
  @Test
  void aSmallGainOfAMixedModelIsNotEnough() {
    LatencyGuard.Result result = choose(withProfile(new Machine(0.9, 1.08, 0.05, 1)));
    assertThat(result.model()).isSameAs(floatModel);
    assertThat(result.comparison().speedupLow()).isGreaterThan(1.02);
    assertThat(result.findings())
        .extracting(Finding::message)
        .anySatisfy(message -> assertThat(message).contains("too little to be sure"));
  }

  @Test
  void theWholeModelStaysWhenGoingBackGainsNothing() {
    LatencyGuard.Result result = choose(withProfile(new Machine(1.2, 1.05, 0.1, 1)));
    assertThat(result.model()).isSameAs(quantized);
    assertThat(result.keptInFloat()).isEmpty();
  }

  @Test
  void anotherTargetIsNotJudgedByThisMachine() {
    QuantizationPlan elsewhere =
        new OnnxRuntimePlanner()
            .plan(floatModel, QuantizationOptions.defaults().withTargetDevice(TargetDevice.GPU));
    LatencyGuard.Result result = choose(new Machine(0.5, 1, 0, 1), elsewhere);
    assertThat(result.model()).isSameAs(quantized);
    assertThat(result.findings()).extracting(Finding::code).containsExactly("latency-elsewhere");
  }

  @Test
  void aBusyMachineDoesNotMakeASlowerModelAResult() {
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(choose(new Machine(0.93, 1, 0.8, seed)).model()).isSameAs(floatModel);
      assertThat(choose(withProfile(new Machine(0.5, 0.93, 0.8, seed))).model())
          .isSameAs(floatModel);
    }
  }

  @Test
  void whatWasFasterByChanceIsMeasuredAgain() {
    int wrong = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Machine machine = withProfile(new Machine(0.9, 0.99, 0.6, seed));
      wrong += choose(machine).model() == floatModel ? 0 : 1;
    }
    assertThat(wrong).isLessThanOrEqualTo(SEEDS / 20);
  }

  @Test
  void aBusyMachineDoesNotHideAClearGain() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Machine machine = new Machine(1.5, 1, 0.8, seed);
      assertThat(choose(machine).model()).isSameAs(quantized);
      assertThat(machine.time()).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void burstsOfOtherWorkDecideNothing() {
    int kept = 0;
    int wrong = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      kept += choose(new Machine(1.35, 1, 0.8, seed).withBursts()).model() == quantized ? 1 : 0;
      wrong += choose(new Machine(0.97, 1, 0.8, seed).withBursts()).model() == quantized ? 1 : 0;
    }
    assertThat(kept).isEqualTo(SEEDS);
    assertThat(wrong).isZero();
  }
}
