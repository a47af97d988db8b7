package io.rowledger.api.intake;

import jakarta.inject.Singleton;

/** What all uploads of this process share. */
@Singleton
class Intake {

  private final IntakeConfig config;
  private final UploadSlots slots;

  Intake(IntakeConfig config) {
    this.config = config;
    this.slots = new UploadSlots(config.perOrganization(), config.perProcess());
  }

  IntakeConfig config() {
    return config;
  }

  UploadSlots slots() {
    return slots;
  }
}
