/** The exit codes that scripts can rely on. */
export const EXIT = {
  done: 0,
  error: 1,
  /** Of `plan --check` and `status --check`. */
  differs: 2,
  /** Of `status --check`. Takes precedence over a difference. */
  unhealthy: 3,
  /** 128 + SIGINT, as in shells. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
