import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Account, openAccount, python } from "./account.ts";
import { compressedClock } from "./clock.ts";
import { names, notPlayable, playOnMoto, scenarioOf } from "./moto-scenarios.ts";
import { openReader, type Reader, type Reading } from "./reader.ts";
import { inScratch, playInSandbox, whileServed } from "./sandbox-stage.ts";

/**
 * Plays every second scenario on moto and in the embedded AWS, and compares what boto3 finds at their ends. Each scenario waits
 * for Python and for Node in turn, so the two halves are two files, which two processors play at the same time.
 *
 * @param first the number of the first scenario of this half.
 */
export function testEverySecondScenario(first: 0 | 1): void {
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
  async function readBack(endpoint: string, file: string): Promise<Reading["found"]> {
    const { found, differences } = await reader.read({ endpoint, region, file });
    expect(differences, JSON.stringify(found, undefined, 2)).toEqual([]);
    return found;
  }

  async function readFromMoto(name: string): Promise<Reading["found"][]> {
    const readings: Reading["found"][] = [];
    await playOnMoto(name, account, async (file, directory) => {
      readings.push(await readBack(account.proxy.url, join(directory, file)));
    });
    return readings;
  }

  /** The same scenario in the embedded AWS, read over HTTP by the same client. */
  async function readFromSandbox(name: string): Promise<Reading["found"][]> {
    return inScratch(async (scratch) => {
      const readings: Reading["found"][] = [];
      for (const { account: served, file } of await playInSandbox(scenarioOf(name), scratch)) {
        readings.push(await whileServed(served, (endpoint) => readBack(endpoint, file)));
      }
      return readings;
    });
  }

  const playable = names.filter((name) => notPlayable[name] === undefined);
  const half = playable.filter((_, index) => index % 2 === first);

  test.each(half)("%s", async (name) => {
    const onMoto = await readFromMoto(name);
    expect(await readFromSandbox(name)).toEqual(onMoto);
  });
}
