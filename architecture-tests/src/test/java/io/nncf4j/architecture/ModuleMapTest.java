package io.nncf4j.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The module map of ARCHITECTURE.md as a test: a module uses only the modules listed for it.
 *
 * <p>The Maven dependency lists say the same; this test also catches a package that strays into
 * another module's name space, and what comes in transitively.
 */
class ModuleMapTest {
  private static final JavaClasses CLASSES = ProductClasses.all();

  /** Module (root package without {@code io.nncf4j.}) to the modules that it may use. */
  private static final Map<String, Set<String>> MAP = map();

  private static Map<String, Set<String>> map() {
    Map<String, Set<String>> map = new LinkedHashMap<>();
    map.put("core", Set.of());
    map.put("layers", Set.of("core"));
    map.put("formats.onnx", Set.of("core"));
    map.put("formats.openvino", Set.of("core"));
    map.put("formats.pytorch", Set.of("core"));
    map.put("formats.tensorflow", Set.of("core"));
    map.put("formats.safetensors", Set.of("core"));
    map.put("engines", Set.of("core"));
    map.put("engines.onnxruntime", Set.of("core", "engines", "formats.onnx"));
    map.put("engines.openvino", Set.of("core", "engines", "formats.openvino"));
    map.put("engines.libtorch", Set.of("core", "engines"));
    map.put("data", Set.of("core"));
    map.put("compression", Set.of("core", "engines", "data"));
    map.put(
        "learning",
        Set.of("core", "engines", "engines.libtorch", "layers", "data", "formats.safetensors"));
    map.put(
        "compression.training",
        Set.of("core", "engines", "engines.libtorch", "layers", "data", "compression", "learning"));
    map.put("report", Set.of("core"));
    map.put("cli", Set.copyOf(map.keySet()));
    map.put("benchmarks", Set.copyOf(map.keySet()));
    return map;
  }

  @TestFactory
  Stream<DynamicTest> modulesUseOnlyWhatStandsBelow() {
    return MAP.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
  }

  private static void check(String module, Set<String> allowed) {
    classes()
        .that(residesIn(module))
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "belong to " + module + ", " + allowed + " or a library",
                target -> {
                  String owner = moduleOf(target);
                  return owner.isEmpty() || owner.equals(module) || allowed.contains(owner);
                }))
        .check(CLASSES);
  }

  @Test
  void everyClassBelongsToAModule() {
    assertThat(CLASSES)
        .isNotEmpty()
        .allSatisfy(type -> assertThat(MAP).as(type.getName()).containsKey(moduleOf(type)));
  }

  @Test
  void packagesHaveNoCycles() {
    List<String> cycles = new ArrayList<>();
    for (String module : MAP.keySet()) {
      var rule = slices().matching("io.nncf4j." + module + ".(**)").should().beFreeOfCycles();
      var result = rule.allowEmptyShould(true).evaluate(CLASSES);
      if (result.hasViolation()) {
        cycles.addAll(result.getFailureReport().getDetails());
      }
    }
    assertThat(cycles).isEmpty();
  }

  @Test
  void onlyTheirModulesSeeTheRuntimes() {
    forbidOutside("ai.onnxruntime..", "engines.onnxruntime", "benchmarks");
    forbidOutside("com.sun.jna..", "engines.openvino");
    forbidOutside(
        "org.bytedeco..", "engines.libtorch", "learning", "compression.training", "benchmarks");
    forbidOutside("com.google.protobuf..", "formats.onnx", "formats.tensorflow");
    forbidOutside("picocli..", "cli");
  }

  private static void forbidOutside(String library, String... modules) {
    DescribedPredicate<JavaClass> elsewhere =
        DescribedPredicate.describe(
            "are outside " + List.of(modules), type -> !List.of(modules).contains(moduleOf(type)));
    noClasses()
        .that(elsewhere)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> residesIn(String module) {
    return DescribedPredicate.describe(
        "belong to module " + module, type -> moduleOf(type).equals(module));
  }

  /** The module with the longest matching package; empty for a class of a library. */
  private static String moduleOf(JavaClass type) {
    String best = "";
    for (String module : MAP.keySet()) {
      String root = "io.nncf4j." + module;
      String name = type.getPackageName();
      if ((name.equals(root) || name.startsWith(root + ".")) && module.length() > best.length()) {
        best = module;
      }
    }
    return best;
  }
}
