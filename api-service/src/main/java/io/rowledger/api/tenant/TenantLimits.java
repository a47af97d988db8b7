package io.rowledger.api.tenant;

import java.util.Set;

/**
 * What an organisation may send, as of now.
 *
 * @param features names of switched-on features
 * @param maxRowsPerFile at least 1
 * @param maxBytes bytes of one request, at least 1
 * @param maxOpenJobs jobs waiting or running, at least 1
 * @param retentionDays how long rows and failures are kept, at least 1
 */
public record TenantLimits(
    Set<String> features, int maxRowsPerFile, long maxBytes, int maxOpenJobs, int retentionDays) {

  public TenantLimits {
    features = Set.copyOf(features);
  }

  public boolean has(String feature) {
    return features.contains(feature);
  }
}
