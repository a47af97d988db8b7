package io.rowledger.system.chaos;

/** What a job imports, and where it is found afterwards. */
enum Kind {
  TRANSACTIONS(
      "/batch-import/import/transactions",
      "/batch-import/transaction-jobs/",
      "/transactions",
      "transactions",
      "transactions",
      "external_id"),
  ENTITIES(
      "/batch-import/import/entities",
      "/batch-import/entity-jobs/",
      "/entities",
      "entities",
      "entities",
      "external_id"),
  USER_EVENTS(
      "/batch-import/import/user-events",
      "/batch-import/user-event-jobs/",
      "/events/user",
      "events",
      "user_events",
      "event_id");

  private final String upload;
  private final String jobs;
  private final String records;
  private final String listed;
  private final String table;
  private final String key;

  Kind(String upload, String jobs, String records, String listed, String table, String key) {
    this.upload = upload;
    this.jobs = jobs;
    this.records = records;
    this.listed = listed;
    this.table = table;
    this.key = key;
  }

  /** The route that takes a file. */
  String upload() {
    return upload;
  }

  /** What the routes of failures begin with. */
  String jobs() {
    return jobs;
  }

  /** The route that lists what was imported. */
  String records() {
    return records;
  }

  /** What that list is called in an answer. */
  String listed() {
    return listed;
  }

  /** The table of the records. */
  String table() {
    return table;
  }

  /** The column with the key that a file gives a row. */
  String key() {
    return key;
  }
}
