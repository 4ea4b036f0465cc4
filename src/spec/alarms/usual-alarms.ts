const MINUTE = 60;

/** What an alarm has where the file says nothing else. Times are in seconds. */
export const USUAL_ALARMS = {
  unhealthy: { servers: 1, for: 3 * MINUTE },
  errors: { percent: 5, for: 5 * MINUTE },
  launches: { for: 15 * MINUTE },
} as const;
