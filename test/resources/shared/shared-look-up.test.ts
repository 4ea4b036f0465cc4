import { expect, test } from "vitest";
import { sharedLookUp } from "../../../src/resources/shared/shared-look-up.ts";

/** A look-up that is answered when the test says so. */
function openLookUp() {
  const asked: { readonly client: object; readonly question: string; end(error?: Error): void }[] =
    [];
  const look = sharedLookUp(
    (client: object, [question]: readonly [string]) =>
      new Promise<string>((resolve, reject) => {
        const number = asked.length + 1;
        const end = (error?: Error) => (error ? reject(error) : resolve(`answer ${number}`));
        asked.push({ client, question, end });
      }),
  );
  return { asked, look };
}

const client = {};

test("who asks for the same while it is looked up gets the same answer", async () => {
  const { asked, look } = openLookUp();
  const answers = Promise.all([look(client, ["groups"]), look(client, ["groups"])]);
  asked[0]?.end();
  expect(await answers).toEqual(["answer 1", "answer 1"]);
  expect(asked).toHaveLength(1);
});

test("who asks later gets what is there by then", async () => {
  const { asked, look } = openLookUp();
  const first = look(client, ["groups"]);
  asked[0]?.end();
  await first;
  const second = look(client, ["groups"]);
  asked[1]?.end();
  expect(await second).toBe("answer 2");
});

test("who asks for something else, or another account, is answered apart", async () => {
  const { asked, look } = openLookUp();
  const other = {};
  const answers = Promise.all([
    look(client, ["groups"]),
    look(client, ["images"]),
    look(other, ["groups"]),
  ]);
  for (const each of asked) each.end();
  expect(await answers).toEqual(["answer 1", "answer 2", "answer 3"]);
  expect(asked.map(({ question }) => question)).toEqual(["groups", "images", "groups"]);
  expect(asked.map((each) => each.client === client)).toEqual([true, true, false]);
});

test("a look-up that fails does so for all who asked, and the next one looks again", async () => {
  const { asked, look } = openLookUp();
  const answers = Promise.allSettled([look(client, ["groups"]), look(client, ["groups"])]);
  asked[0]?.end(new Error("no answer"));
  expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const again = look(client, ["groups"]);
  asked[1]?.end();
  expect(await again).toBe("answer 2");
});
