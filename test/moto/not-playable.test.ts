import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Account, openAccount } from "./account.ts";
import { compressedClock } from "./clock.ts";
import { names, notPlayable, playOnMoto } from "./moto-scenarios.ts";

let account: Account;

beforeAll(async () => {
  account = await openAccount(compressedClock());
});

afterAll(() => account.close());

beforeEach(() => account.reset());

test("only scenarios that there are stand on the list", () => {
  expect(names).toEqual(expect.arrayContaining(Object.keys(notPlayable)));
});

const failing = Object.entries(notPlayable).flatMap(([name, { fails }]) =>
  fails === undefined ? [] : [{ name, fails }],
);

test.each(failing)("moto cannot play $name", async ({ name, fails }) => {
  // When this passes, moto has learnt it: take the scenario off the list.
  await expect(playOnMoto(name, account)).rejects.toThrow(fails);
});
