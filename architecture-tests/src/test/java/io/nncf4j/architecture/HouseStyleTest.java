package io.nncf4j.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Habits of the house that a compiler does not check. */
class HouseStyleTest {
  private static final JavaClasses CLASSES = ProductClasses.all();

  private static final Pattern STATIC_SHARED_FILE =
      Pattern.compile("static final [\\w<>\\[\\]]+ \\w+\\s*=\\s*[^;{]*SharedFiles\\.");

  @Test
  void everyPackageIsNullMarked() {
    Set<JavaPackage> packages =
        CLASSES.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
    assertThat(packages)
        .allSatisfy(
            each ->
                assertThat(each.isAnnotatedWith(NullMarked.class))
                    .as(each.getName() + " has a package-info.java with @NullMarked")
                    .isTrue());
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.nncf4j.cli..", "io.nncf4j.benchmarks..")
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  @Test
  void noJavaUtilLogging() {
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.nncf4j.cli..", "io.nncf4j.benchmarks..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }

  @Test
  void noReflection() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..")
        .orShould()
        .callMethod(Class.class, "forName", String.class)
        .check(CLASSES);
  }

  @Test
  void noMutableStaticState() {
    noFields()
        .that()
        .areStatic()
        .and()
        .areNotFinal()
        .should()
        .beDeclaredInClassesThat()
        .resideInAPackage("io.nncf4j..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void noGenericExceptions() {
    GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(CLASSES);
  }

  /** Where the files are absent such a class could not be made, and its tests would fail. */
  @Test
  void noStaticFieldLooksForSharedFiles() throws IOException {
    List<String> found = new ArrayList<>();
    Path root = Path.of("..").toRealPath();
    try (Stream<Path> files = Files.find(root, 30, (file, all) -> isTestSource(root, file))) {
      for (Path file : files.toList()) {
        if (STATIC_SHARED_FILE.matcher(Files.readString(file)).find()) {
          found.add(root.relativize(file).toString());
        }
      }
    }
    assertThat(found).as("files with a static field made by SharedFiles").isEmpty();
  }

  private static boolean isTestSource(Path root, Path file) {
    String name = root.relativize(file).toString().replace('\\', '/');
    return name.endsWith(".java") && name.contains("src/test/") && !name.contains("target/");
  }
}
