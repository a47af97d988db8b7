package io.rowledger.api.security;

import io.rowledger.core.tenant.OrgId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a credential stands for.
 *
 * @param organization null for the operator, who belongs to none
 * @param name the key's name or the token's subject, as it is written into jobs
 * @param permissions a subset of {@link Permission#ALL}
 */
public record CallerIdentity(@Nullable OrgId organization, String name, Set<String> permissions) {

  static final String ATTRIBUTE = "rowledger.caller";

  public CallerIdentity {
    permissions = Set.copyOf(permissions);
  }
}
