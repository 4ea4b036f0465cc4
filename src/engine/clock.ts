/**
 * The clock of all waits and deadlines. For the real AWS it is the wall clock. The sandbox has its own,
 * so that a speed factor shortens every wait alike.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds of this clock; rejects at once when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
