package io.rowledger.api.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;

/** What all uploads of this process share. */
@Singleton
class Intake {

  private final IntakeConfig config;
  private final UploadSlots slots;

  Intake(IntakeConfig config, MeterRegistry registry) {
    this.config = config;
    this.slots = new UploadSlots(config.perOrganization(), config.perProcess());
    Gauge.builder("rowledger.uploads.active", slots, UploadSlots::taken)
        .description("Uploads that are being read")
        .register(registry);
    Gauge.builder("rowledger.uploads.limit", config, IntakeConfig::perProcess)
        .description("Uploads that this process reads at a time")
        .register(registry);
  }

  IntakeConfig config() {
    return config;
  }

  UploadSlots slots() {
    return slots;
  }
}
