/** What a shell or a CI job can rely on. */
export const EXIT = {
  done: 0,
  error: 1,
  /** Of `plan --check` and `status --check`. */
  differs: 2,
  /** Of `status --check`; more pressing than a difference. */
  unhealthy: 3,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
