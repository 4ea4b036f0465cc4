import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { play, type Stage } from "../scenarios/play.ts";
import { readScenario } from "../scenarios/scenario.ts";
import { type Account, openAccount, python } from "./account.ts";
import { compressedClock } from "./clock.ts";
import { openReader, type Reader, type Reading } from "./reader.ts";
import { inScratch, playInSandbox, whileServed } from "./sandbox-stage.ts";

const directory = join(import.meta.dirname, "../scenarios/cases");
const names = readdirSync(directory).map((file) => basename(file, ".yaml"));

/** Scenarios that moto cannot play, and the words with which playing them fails. */
const notPlayable = z
  .record(z.string(), z.strictObject({ because: z.string(), fails: z.string() }))
  .parse(parse(readFileSync(join(import.meta.dirname, "not-playable.yaml"), "utf8")));

let account: Account;
let reader: Reader;

beforeAll(async () => {
  account = await openAccount(compressedClock());
  reader = openReader(python());
});

afterAll(async () => {
  await reader.close();
  await account.close();
});

beforeEach(() => account.reset());

const region = "ap-southeast-2";

/** What boto3 finds of the stack at the end agrees with its file. */
async function readBack(endpoint: string, file: string): Promise<Reading> {
  const reading = await reader.read({ endpoint, region, file });
  expect(reading.differences, JSON.stringify(reading.found, undefined, 2)).toEqual([]);
  return reading;
}

async function playOnMoto(name: string): Promise<Reading[]> {
  const { world, clock, proxy } = account;
  const readings: Reading[] = [];
  const stage: Stage = {
    world,
    options: [],
    io: { clock },
    environment: {},
    pass: (work) => work,
    wait: (seconds) => clock.sleep(seconds * 1000),
    async converged(file, stackDirectory) {
      readings.push(await readBack(proxy.url, join(stackDirectory, file)));
    },
  };
  await play(scenarioOf(name), stage);
  return readings;
}

/** The same scenario in the embedded AWS, read over HTTP by the same client. */
async function readFromSandbox(name: string): Promise<Reading[]> {
  return inScratch(async (scratch) => {
    const readings: Reading[] = [];
    for (const { account: served, file } of await playInSandbox(scenarioOf(name), scratch)) {
      readings.push(await whileServed(served, (endpoint) => readBack(endpoint, file)));
    }
    return readings;
  });
}

function scenarioOf(name: string) {
  return readScenario(join(directory, `${name}.yaml`));
}

describe("on moto", () => {
  for (const name of names.filter((each) => notPlayable[each] === undefined)) {
    test(name, async () => {
      const onMoto = await playOnMoto(name);
      const inSandbox = await readFromSandbox(name);
      expect(inSandbox.map(({ found }) => found)).toEqual(onMoto.map(({ found }) => found));
    });
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
