package io.rowledger.core.transaction;

/**
 * The options of a transactions job (contract section 3).
 *
 * @param executeRules for the systems behind; default true
 * @param skipDuplicates an external id that exists is a skip (true, default) or a failure
 * @param validateExistingEntity a party that names an unknown entity is an error; default true
 */
public record TransactionOptions(
    boolean executeRules, boolean skipDuplicates, boolean validateExistingEntity) {

  public static final TransactionOptions DEFAULTS = new TransactionOptions(true, true, true);
}
