import { afterAll, beforeAll, vi } from "vitest";
import { buildProgram, type Program } from "./program.ts";

/** A bundle and a few runs of it take seconds, and minutes where others use the machine as well. */
const patience = 180_000;

/** The program, built once for all tests of a file, which get the time that it needs. */
export function programUnderTest(): { readonly path: string } {
  let program: Program;
  beforeAll(() => {
    program = buildProgram();
  }, patience);
  afterAll(() => program.remove());
  vi.setConfig({ testTimeout: patience });
  return {
    get path() {
      return program.path;
    },
  };
}
