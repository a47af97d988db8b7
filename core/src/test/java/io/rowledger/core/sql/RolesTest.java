package io.rowledger.core.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rowledger.core.tenant.OrgId;
import io.rowledger.testkit.DatabaseRoles;
import io.rowledger.testkit.EmbeddedPostgresServer;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** An installation that begins with one user for everything and gets its roles later. */
class RolesTest {

  @Test
  void oneUserIsEnoughAndTheRolesMayComeLater() {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start()) {
      String database = server.createDatabase();
      OrgId organization = new OrgId(UUID.randomUUID());

      // One user.
      Database single = as(server, database, server.username());
      migrate(server, database, server.username());
      single.run(
          tx ->
              tx.update(
                  "INSERT INTO organization (id, org_key, name) VALUES (?, 'one', 'One')",
                  organization.value()));
      assertThat(single.transaction(organization, RolesTest::organizations)).isEqualTo(1);
      assertThat(single.acrossOrganizations(RolesTest::organizations)).isEqualTo(1);
      assertThat(new RowSecurity(single).state().applies()).isFalse();

      // Roles, twice, because the script may be run again; and the start that gives them their
      // rights, though there is nothing to migrate.
      DatabaseRoles.prepare(server, database);
      DatabaseRoles.prepare(server, database);
      migrate(server, database, DatabaseRoles.MIGRATOR);
      Database api = as(server, database, DatabaseRoles.API);
      assertThat(api.transaction(RolesTest::organizations)).isZero();
      assertThat(api.transaction(organization, RolesTest::organizations)).isEqualTo(1);
      assertThat(api.acrossOrganizations(RolesTest::organizations)).isEqualTo(1);
      assertThat(new RowSecurity(api).state())
          .isEqualTo(new RowSecurity.State(DatabaseRoles.API, true, true));
      assertThat(new RowSecurity(as(server, database, DatabaseRoles.WORKER)).state().applies())
          .isFalse();

      // An administrator's own table beside ours does not keep anybody from starting.
      single.run(tx -> tx.execute("CREATE TABLE beside (organization_id uuid)"));
      migrate(server, database, DatabaseRoles.MIGRATOR);
      assertThat(
              catchThrowableOfType(
                      SqlFailure.class,
                      () -> api.run(tx -> tx.queryOne("SELECT 1 FROM beside", row -> 1)))
                  .sqlState())
          .isEqualTo("42501");

      // A right that somebody gave by hand goes with the next start.
      single.run(tx -> tx.execute("GRANT UPDATE ON transactions TO rowledger_api"));
      migrate(server, database, DatabaseRoles.MIGRATOR);
      assertThat(
              catchThrowableOfType(
                      SqlFailure.class,
                      () -> api.run(tx -> tx.execute("UPDATE transactions SET amount = 0")))
                  .sqlState())
          .isEqualTo("42501");
    }
  }

  private static Integer organizations(Tx tx) {
    return tx.queryOne("SELECT count(*) FROM organization", row -> row.getInt(1)).orElseThrow();
  }

  private static Database as(EmbeddedPostgresServer server, String database, String user) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(server.jdbcUrl(database));
    source.setUser(user);
    source.setPassword(user);
    return new Database(source);
  }

  private static void migrate(EmbeddedPostgresServer server, String database, String user) {
    Flyway.configure()
        .dataSource(server.jdbcUrl(database), user, user)
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }
}
