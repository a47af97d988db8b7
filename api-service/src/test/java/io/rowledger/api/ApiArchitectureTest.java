package io.rowledger.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.rowledger.api.scope.Scope;
import io.rowledger.core.sql.Database;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What may know what in the service that takes files in. */
class ApiArchitectureTest {

  private static final JavaClasses API =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.rowledger.api");

  @Test
  void theRulesLookAtSomething() {
    assertThat(API)
        .extracting(JavaClass::getPackageName)
        .contains("io.rowledger.api.upload", "io.rowledger.api.job", "io.rowledger.api.failures");
  }

  @Test
  void packagesDependInOneDirection() {
    slices().matching("io.rowledger.api.(*)..").should().beFreeOfCycles().check(API);
  }

  @Test
  void theApiDoesNotKnowTheWorker() {
    noClasses().should().dependOnClassesThat().resideInAPackage("io.rowledger.worker..").check(API);
  }

  @Test
  void readingFilesKnowsNoContainerAndNoDatabase() {
    noClasses()
        .that()
        .resideInAPackage("io.rowledger.api.format..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta..", "io.quarkus..", "io.vertx..", "java.sql..", "org.apache.kafka..")
        .check(API);
  }

  @Test
  void onlyCoreKnowsKafka() {
    noClasses()
        .that()
        // Has to know what an outage of Kafka looks like.
        .doNotHaveSimpleName("Outage")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(API);
  }

  @Test
  void resourcesAreNobodysBusiness() {
    classes().that().areAnnotatedWith(Path.class).should().bePackagePrivate().check(API);
  }

  @Test
  void aRouteIsPublicOrItIsNoRoute() {
    // The framework passes over others without a word.
    methods().that().areMetaAnnotatedWith(HttpMethod.class).should().bePublic().check(API);
  }

  @Test
  void everyTransactionSaysWhoseItIs() {
    noClasses()
        .should()
        .callMethod(Database.class, "transaction", Function.class)
        .orShould()
        .callMethod(Database.class, "run", Consumer.class)
        .because("without an organisation the database shows nothing")
        .check(API);
  }

  /** Whoever serves a request knows its organisation, and has no business with others. */
  @Test
  void onlyWhatNoCallerAskedForLooksAcrossOrganisations() {
    noClasses()
        .that()
        .haveNameNotMatching(
            ".*\\.(WebhookDispatcher|MailDispatcher|IdempotencySweep|JobWatch|Retention|BacklogMeters)(\\$.*)?")
        .should()
        .callMethod(Database.class, "acrossOrganizations", Function.class)
        .orShould()
        .callMethod(Database.class, "runAcrossOrganizations", Consumer.class)
        .check(API);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.tenant\\.(ApiKeys|Organizations)")
        .should()
        .callMethod(Scope.class, "acrossOrganizations")
        .check(API);
  }

  @Test
  void onlyTheClockLooksAtTheClock() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Clock")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(API);
  }
}
