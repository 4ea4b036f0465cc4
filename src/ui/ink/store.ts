/** State that only events change, in the form of React's `useSyncExternalStore`. */
export interface Store<State, Told> {
  tell(told: Told): void;
  get(): State;
  subscribe(listener: () => void): () => void;
}

/**
 * A store in its initial state. Listeners are called after every change, in the order of their registration.
 */
export function createStore<State, Told>(
  initial: State,
  reduce: (state: State, told: Told) => State,
): Store<State, Told> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    tell(told) {
      state = reduce(state, told);
      for (const listener of listeners) listener();
    },
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
