package io.rowledger.system.chaos;

/** How rows are sent. */
enum Format {
  CSV("rows.csv", true),
  CSV_GZIP("rows.csv.gz", true),
  NDJSON("rows.ndjson", true),
  JSON_FILE("rows.json", true),
  /** A body of JSON, answered at once. */
  JSON_BODY("one", false),
  /** A body of JSON with several arrays. */
  JSON_SOURCES("several", false),
  /** A body of JSON, answered when the job has ended, or after some time. */
  JSON_WAITING("waiting", false);

  private final String fileName;
  private final boolean file;

  Format(String fileName, boolean file) {
    this.fileName = fileName;
    this.file = file;
  }

  String fileName() {
    return fileName;
  }

  boolean isFile() {
    return file;
  }

  /** The number that the service gives the row at this place, from 1, of its file. */
  int rowNumber(int place) {
    return this == CSV || this == CSV_GZIP ? place + 1 : place;
  }
}
