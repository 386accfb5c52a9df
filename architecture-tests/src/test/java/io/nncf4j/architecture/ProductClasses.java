package io.nncf4j.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The product's own classes: no tests, no test support, no generated code. */
final class ProductClasses {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/io/nncf4j/testing/"))
          .withImportOption(location -> !location.contains("/io/nncf4j/architecture/"))
          .withImportOption(location -> !location.contains("/io/nncf4j/formats/onnx/proto/"))
          .withImportOption(location -> !location.contains("/jmh_generated/"))
          .importPackages("io.nncf4j");

  private ProductClasses() {}

  static JavaClasses all() {
    return ALL;
  }
}
