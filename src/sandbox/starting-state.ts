import type { WorldState } from "./world.ts";

const DEFAULT_ACCOUNT = "000000000000";

/** The account of a snapshot, if there is one. */
export function parseSnapshot(snapshot: string | undefined): WorldState | undefined {
  return snapshot === undefined ? undefined : (JSON.parse(snapshot) as WorldState);
}

/** A new, empty account. */
export function newState({
  account = DEFAULT_ACCOUNT,
  seed = 1,
  speed,
}: {
  readonly account: string | undefined;
  readonly seed: number | undefined;
  readonly speed: number;
}): WorldState {
  const now = Date.now();
  return {
    version: 1,
    account,
    anchor: { real: now, sandbox: now },
    speed,
    now,
    random: seed,
    order: 0,
    queue: [],
    regions: {},
  };
}

/**
 * A saved world continued at its old speed until now. From now on it runs at the given speed. When the
 * platform's clock goes back, sandbox time does not.
 */
export function reanchor(state: WorldState, speed: number): void {
  const real = Date.now();
  const lived = Math.max(0, real - state.anchor.real) * state.speed;
  const sandbox = Math.max(state.now, Math.floor(state.anchor.sandbox + lived));
  state.anchor = { real, sandbox };
  state.speed = speed;
}
