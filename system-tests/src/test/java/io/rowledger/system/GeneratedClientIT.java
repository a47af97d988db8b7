package io.rowledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rowledger.client.ApiClient;
import io.rowledger.client.ApiException;
import io.rowledger.client.api.FailuresApi;
import io.rowledger.client.api.FailuresApi.APIListTransactionFailuresRequest;
import io.rowledger.client.api.JobsApi;
import io.rowledger.client.api.JobsApi.APIGetJobRequest;
import io.rowledger.client.api.UploadsApi;
import io.rowledger.client.api.UploadsApi.APIImportTransactionsRequest;
import io.rowledger.client.model.Accepted;
import io.rowledger.client.model.Failures;
import io.rowledger.client.model.Job;
import io.rowledger.client.model.JobKind;
import io.rowledger.client.model.JobStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client of which not one line is ours: made from {@code docs/openapi.yaml} by a generator. */
class GeneratedClientIT {

  @TempDir private Path folder;

  @Test
  void uploadsFollowsAndReadsTheFailures() throws Exception {
    // Given
    Stack stack = Stacks.oneWorker();
    String key = stack.newTenant().api().key();
    ApiClient client = new ApiClient();
    client.updateBaseUri(stack.url());
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + key));
    Path file = folder.resolve("payments.csv");
    Files.writeString(
        file,
        "externalId,type,amount,currency\nt-1,PAYMENT,1.50,USD\nt-2,NONSENSE,1,USD\nt-3,FEE,2,EUR\n");

    // When
    Accepted accepted =
        new UploadsApi(client)
            .importTransactions(
                APIImportTransactionsRequest.newBuilder()
                    ._file(file.toFile())
                    .batchErrorHandling("continue_collect_errors")
                    .label("from a generated client")
                    .build());
    String jobId = accepted.getJobId().toString();
    Job job =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> job(client, jobId, List.of("wait=1")),
                now -> now.getStatus() == JobStatus.COMPLETED);
    Failures failures =
        new FailuresApi(client)
            .listTransactionFailures(
                APIListTransactionFailuresRequest.newBuilder().jobId(jobId).build());

    // Then
    assertThat(accepted.getKind()).isEqualTo(JobKind.TRANSACTION_BATCH);
    assertThat(accepted.getTotalItems()).isEqualTo(3);
    assertThat(job.getSucceeded()).isEqualTo(2);
    assertThat(job.getFailed()).isEqualTo(1);
    assertThat(job.getLabel()).isEqualTo("from a generated client");
    assertThat(failures.getFailures()).hasSize(1);
    assertThat(failures.getFailures().get(0).getExternalId()).isEqualTo("t-2");
    assertThat(failures.getFailures().get(0).getRowNumber()).isEqualTo(3);
  }

  private static Job job(ApiClient client, String jobId, List<String> prefer) throws ApiException {
    return new JobsApi(client)
        .getJob(APIGetJobRequest.newBuilder().jobId(jobId).prefer(prefer).build())
        .getJob();
  }
}
