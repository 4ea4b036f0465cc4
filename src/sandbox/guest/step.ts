import type { Build } from "./build.ts";

/** One function of specs/image.md's table of steps. */
export interface Step {
  /** The arguments that the console shows. */
  shown(parameters: readonly string[], build: Build): readonly string[];
  /** @throws StepFailure like the machine's own commands. */
  run(build: Build, parameters: readonly string[]): void;
}

export const all = (parameters: readonly string[]) => parameters;
export const first = (parameters: readonly string[]) => parameters.slice(0, 1);
export const none = () => [];
