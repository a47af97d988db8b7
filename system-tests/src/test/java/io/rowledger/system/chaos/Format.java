package io.rowledger.system.chaos;

/** How rows are sent. */
enum Format {
  CSV("rows.csv"),
  CSV_GZIP("rows.csv.gz"),
  NDJSON("rows.ndjson"),
  JSON_FILE("rows.json"),
  /** A body of JSON, answered at once. */
  JSON_BODY("one"),
  /** A body of JSON with several arrays. */
  JSON_SOURCES("several"),
  /** A body of JSON, answered when the job has ended, or after some time. */
  JSON_WAITING("waiting");

  private final String fileName;

  Format(String fileName) {
    this.fileName = fileName;
  }

  String fileName() {
    return fileName;
  }

  boolean isFile() {
    return ordinal() <= JSON_FILE.ordinal();
  }

  /** The number that the service gives the row at this place, from 1, of its file. */
  int rowNumber(int place) {
    return this == CSV || this == CSV_GZIP ? place + 1 : place;
  }
}
