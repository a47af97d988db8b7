package io.rowledger.core;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.rowledger.core.job.JobId;
import io.rowledger.core.tenant.OrgId;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What may know what. A rule that stands in a document only is broken within a month. */
class ArchitectureTest {

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.rowledger.core");

  private static final String[] PURE = {
    "io.rowledger.core.row..",
    "io.rowledger.core.mapping..",
    "io.rowledger.core.transaction..",
    "io.rowledger.core.entity..",
    "io.rowledger.core.userevent..",
    "io.rowledger.core.tenant..",
    "io.rowledger.core.crypto.."
  };

  /** The shell of a pure package: its configuration and what makes beans of it. */
  private static final String SHELL = ".*(Config|Producer)(\\$.*)?";

  /** Asked by a runner about the job whose lease it holds, never with an id from outside. */
  private static final Set<String> UNDER_THE_LEASE = Set.of("hasBrokenReferences");

  @Test
  void theRulesLookAtSomething() {
    assertThat(CORE)
        .extracting(JavaClass::getPackageName)
        .contains("io.rowledger.core.job", "io.rowledger.core.chunk", "io.rowledger.core.crypto");
  }

  @Test
  void packagesDependInOneDirection() {
    slices().matching("io.rowledger.core.(*)..").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void onlyRepositoriesSpeakSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.rowledger.core.sql..")
        .and()
        .haveNameNotMatching(".*(Repository|Outbox)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
        .check(CORE);
  }

  @Test
  void onlyTheChunkLogEventsDeadLettersAndChecksAtStartKnowKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.rowledger.core.chunk..",
            "io.rowledger.core.event..",
            "io.rowledger.core.deadletter..",
            "io.rowledger.core.startup..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.kafka.."))
        .check(CORE);
  }

  @Test
  void pureCodeKnowsNoContainerNoLogAndNoWorld() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .and()
        .haveNameNotMatching(SHELL)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta..",
            "io.quarkus..",
            "io.smallrye..",
            "org.jboss.logging..",
            "java.util.logging..",
            "java.nio.file..",
            "java.net..",
            "java.sql..")
        .check(CORE);
  }

  @Test
  void pureCodeDoesNotLookAtTheClock() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should(callMethod(Instant.class, "now"))
        .orShould(callMethod(System.class, "currentTimeMillis"))
        .orShould(callMethod(System.class, "nanoTime"))
        .check(CORE);
  }

  @Test
  void whoNamesAJobAlsoNamesItsOrganization() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("Repository")
        .and()
        .arePublic()
        .should(takeTheOrganizationOfAJob())
        .check(CORE);
  }

  private static ArchCondition<JavaMethod> takeTheOrganizationOfAJob() {
    return new ArchCondition<>("take an OrgId with a JobId") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean takesJob = takes(method, JobId.class);
        boolean alone = takesJob && !takes(method, OrgId.class);
        boolean allowed = !alone || UNDER_THE_LEASE.contains(method.getName());
        events.add(new SimpleConditionEvent(method, allowed, method.getDescription()));
      }
    };
  }

  private static boolean takes(JavaMethod method, Class<?> type) {
    return method.getRawParameterTypes().stream().anyMatch(raw -> raw.isEquivalentTo(type));
  }
}
