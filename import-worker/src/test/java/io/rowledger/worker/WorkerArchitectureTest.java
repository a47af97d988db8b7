package io.rowledger.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** What may know what in the service that writes rows. */
class WorkerArchitectureTest {

  private static final JavaClasses WORKER =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.rowledger.worker");

  @Test
  void theRulesLookAtSomething() {
    assertThat(WORKER)
        .extracting(JavaClass::getPackageName)
        .contains("io.rowledger.worker.run", "io.rowledger.worker.target");
  }

  @Test
  void packagesDependInOneDirection() {
    slices().matching("io.rowledger.worker.(*)..").should().beFreeOfCycles().check(WORKER);
  }

  @Test
  void onlyTargetsSpeakSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.rowledger.worker.target..")
        .and()
        .haveNameNotMatching(".*Target(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
        .check(WORKER);
  }

  @Test
  void onlyTheRunKnowsKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.rowledger.worker.run..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "org.eclipse.microprofile.reactive..")
        .check(WORKER);
  }

  @Test
  void theWorkerDoesNotKnowTheApi() {
    noClasses().should().dependOnClassesThat().resideInAPackage("io.rowledger.api..").check(WORKER);
  }
}
