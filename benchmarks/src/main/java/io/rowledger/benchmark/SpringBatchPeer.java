package io.rowledger.benchmark;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.configuration.annotation.EnableBatchProcessing;
import org.springframework.batch.core.configuration.annotation.EnableJdbcJobRepository;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.item.ItemProcessor;
import org.springframework.batch.infrastructure.item.database.JdbcBatchItemWriter;
import org.springframework.batch.infrastructure.item.database.builder.JdbcBatchItemWriterBuilder;
import org.springframework.batch.infrastructure.item.file.FlatFileItemReader;
import org.springframework.batch.infrastructure.item.file.builder.FlatFileItemReaderBuilder;
import org.springframework.batch.infrastructure.item.validator.ValidationException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.FileSystemResource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.DatabasePopulatorUtils;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The peer: Spring Batch as its reference manual writes such a job. A file reader, a validating
 * processor that skips what is wrong, a batch writer with rewritten inserts, a chunk of 1 000, its
 * own repository in the same database. Reads from disk what we are sent over HTTP.
 *
 * <p>Arguments: JDBC URL, CSV file, table. Prints {@code MILLIS n ROWS m}.
 */
public final class SpringBatchPeer {

  private SpringBatchPeer() {}

  public static void main(String[] arguments) throws Exception {
    System.setProperty("peer.jdbc", arguments[0]);
    System.setProperty("peer.file", arguments[1]);
    System.setProperty("peer.table", arguments[2]);
    try (AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext(Peer.class)) {
      JobExecution execution =
          context
              .getBean(JobOperator.class)
              .start(
                  context.getBean(Job.class),
                  new JobParametersBuilder()
                      .addString("run", UUID.randomUUID().toString())
                      .toJobParameters());
      if (execution.getStatus() != BatchStatus.COMPLETED) {
        throw new IllegalStateException(execution.toString());
      }
      System.out.printf(
          "MILLIS %d ROWS %d%n",
          java.time.Duration.between(execution.getStartTime(), execution.getEndTime()).toMillis(),
          execution.getStepExecutions().iterator().next().getWriteCount());
    }
  }

  record Line(
      String externalId,
      String type,
      String amount,
      String currency,
      String status,
      String description,
      String transactedAt,
      String channel) {}

  /** A line that was checked, as the columns of the table want it. */
  public record Checked(
      UUID id,
      int rowNumber,
      String externalId,
      String type,
      BigDecimal amount,
      String currency,
      String status,
      String description,
      OffsetDateTime transactedAt,
      String channel) {}

  @Configuration
  @EnableBatchProcessing
  @EnableJdbcJobRepository
  static class Peer {

    private static final Set<String> TYPES =
        Set.of("PAYMENT", "TRANSFER", "WITHDRAWAL", "DEPOSIT", "FEE");

    @Bean(destroyMethod = "close")
    DataSource dataSource() {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(System.getProperty("peer.jdbc") + "&reWriteBatchedInserts=true");
      config.setMaximumPoolSize(4);
      HikariDataSource source = new HikariDataSource(config);
      DatabasePopulatorUtils.execute(
          new ResourceDatabasePopulator(
              true,
              false,
              "UTF-8",
              new ClassPathResource("org/springframework/batch/core/schema-postgresql.sql")),
          source);
      return source;
    }

    @Bean
    PlatformTransactionManager transactionManager(DataSource dataSource) {
      return new DataSourceTransactionManager(dataSource);
    }

    @Bean
    FlatFileItemReader<Line> reader() {
      return new FlatFileItemReaderBuilder<Line>()
          .name("lines")
          .resource(new FileSystemResource(Path.of(System.getProperty("peer.file"))))
          .linesToSkip(1)
          .delimited()
          .names(
              "external_id",
              "type",
              "amount",
              "currency",
              "status",
              "description",
              "transacted_at",
              "channel")
          .fieldSetMapper(
              fields ->
                  new Line(
                      fields.readString(0),
                      fields.readString(1),
                      fields.readString(2),
                      fields.readString(3),
                      fields.readString(4),
                      fields.readString(5),
                      fields.readString(6),
                      fields.readString(7)))
          .build();
    }

    @Bean
    ItemProcessor<Line, Checked> processor() {
      return new ItemProcessor<>() {
        private int row = 1;

        @Override
        public Checked process(Line line) {
          row++;
          if (line.externalId().isBlank()
              || !TYPES.contains(line.type())
              || !line.currency().matches("[A-Z]{3,4}")) {
            throw new ValidationException("row " + row);
          }
          BigDecimal amount = new BigDecimal(line.amount());
          if (amount.signum() < 0) {
            throw new ValidationException("row " + row);
          }
          return new Checked(
              UUID.randomUUID(),
              row,
              line.externalId(),
              line.type(),
              amount,
              line.currency(),
              line.status(),
              line.description(),
              OffsetDateTime.parse(line.transactedAt()),
              line.channel());
        }
      };
    }

    @Bean
    JdbcBatchItemWriter<Checked> writer(DataSource dataSource) {
      UUID organization = UUID.randomUUID();
      UUID job = UUID.randomUUID();
      return new JdbcBatchItemWriterBuilder<Checked>()
          .dataSource(dataSource)
          .sql(
              "INSERT INTO "
                  + System.getProperty("peer.table")
                  + " (id, organization_id, job_id, file_number, row_number, external_id, type,"
                  + " amount, currency, status, description, transacted_at, channel)"
                  + " VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
          .itemPreparedStatementSetter(
              (row, statement) -> {
                statement.setObject(1, row.id());
                statement.setObject(2, organization);
                statement.setObject(3, job);
                statement.setInt(4, row.rowNumber());
                statement.setString(5, row.externalId());
                statement.setString(6, row.type());
                statement.setBigDecimal(7, row.amount());
                statement.setString(8, row.currency());
                statement.setString(9, row.status());
                statement.setString(10, row.description());
                statement.setObject(11, row.transactedAt());
                statement.setString(12, row.channel());
              })
          .assertUpdates(false)
          .build();
    }

    @Bean
    Step step(
        JobRepository jobRepository,
        PlatformTransactionManager transactionManager,
        FlatFileItemReader<Line> reader,
        ItemProcessor<Line, Checked> processor,
        JdbcBatchItemWriter<Checked> writer) {
      return new StepBuilder("import", jobRepository)
          .<Line, Checked>chunk(1000)
          .transactionManager(transactionManager)
          .reader(reader)
          .processor(processor)
          .writer(writer)
          .faultTolerant()
          .skip(ValidationException.class)
          .skipLimit(Integer.MAX_VALUE)
          .build();
    }

    @Bean
    Job job(JobRepository jobRepository, Step step) {
      return new JobBuilder("import", jobRepository).start(step).build();
    }
  }
}
