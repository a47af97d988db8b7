package io.rowledger.benchmark;

/** One part of the report. Starts the installation it needs and stops it again. */
interface Scenario {

  void run(Settings settings, Report report) throws Exception;
}
