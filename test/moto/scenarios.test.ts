import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { play, type Stage } from "../scenarios/play.ts";
import { readScenario } from "../scenarios/scenario.ts";
import { type Account, openAccount } from "./account.ts";
import { compressedClock } from "./clock.ts";

const directory = join(import.meta.dirname, "../scenarios/cases");
const names = readdirSync(directory).map((file) => basename(file, ".yaml"));

/** Scenarios that moto cannot play, and the words with which playing them fails. */
const notPlayable = z
  .record(z.string(), z.strictObject({ because: z.string(), fails: z.string() }))
  .parse(parse(readFileSync(join(import.meta.dirname, "not-playable.yaml"), "utf8")));

let account: Account;

beforeAll(async () => {
  account = await openAccount(compressedClock());
});

afterAll(() => account.close());

beforeEach(() => account.reset());

function playOnMoto(name: string): Promise<void> {
  const { world, clock } = account;
  const stage: Stage = {
    world,
    options: [],
    io: { clock },
    environment: {},
    pass: (work) => work,
    wait: (seconds) => clock.sleep(seconds * 1000),
  };
  return play(readScenario(join(directory, `${name}.yaml`)), stage);
}

describe("on moto", () => {
  for (const name of names.filter((each) => notPlayable[each] === undefined)) {
    test(name, () => playOnMoto(name));
  }
});

describe("moto cannot play", () => {
  test("only scenarios that there are", () => {
    expect(names).toEqual(expect.arrayContaining(Object.keys(notPlayable)));
  });

  for (const [name, { because, fails }] of Object.entries(notPlayable)) {
    test(`${name}: ${because}`, async () => {
      // When this passes, moto has learnt it: take the scenario off the list.
      await expect(playOnMoto(name)).rejects.toThrow(fails);
    });
  }
});
