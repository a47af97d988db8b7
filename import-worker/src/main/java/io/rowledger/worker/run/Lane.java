package io.rowledger.worker.run;

/** One connection on which the groups of a job are written, and what two of them cannot share. */
record Lane<R>(JobTransactions transactions, ChunkTransaction<R> chunk) {}
