package io.rowledger.system.chaos;

import java.time.Duration;

/**
 * Something that goes wrong.
 *
 * @param at since the faults began
 * @param dice from which the fault takes what it chooses: which process, which connections
 * @param lasts how long it takes until it is over, if it is of the sort that takes time
 */
record Fault(Duration at, Sort sort, long dice, Duration lasts) {

  enum Sort {
    KILL_WORKER,
    KILL_API,
    FREEZE_WORKER,
    /** For longer than its lease. */
    FREEZE_WORKER_LONG,
    FREEZE_API,
    STOP_WORKER,
    STOP_API,
    KILL_BROKER,
    STOP_BROKER,
    FREEZE_BROKER,
    POSTGRES_FAST,
    POSTGRES_IMMEDIATE,
    END_BACKENDS,
    CUT_POSTGRES,
    DELAY_POSTGRES,
    STALL_POSTGRES,
    HALF_CLOSE_POSTGRES,
    /** Connections are lost, and nobody is told. */
    SILENCE_POSTGRES,
    CUT_KAFKA,
    DELAY_KAFKA,
    STALL_KAFKA,
    HALF_CLOSE_KAFKA,
    SILENCE_KAFKA
  }
}
