/** What a shell or a CI job can rely on. */
export const EXIT = {
  done: 0,
  error: 1,
  /** Of `plan --check`. */
  differs: 2,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
