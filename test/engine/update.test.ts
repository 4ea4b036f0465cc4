import { describe, expect, test } from "vitest";
import type { Live } from "../../src/engine/resource.ts";
import { noSetters, updateBySetters } from "../../src/engine/update.ts";
import { Store, silent, type ThingContext, type ThingFields, type ThingOutputs } from "./store.ts";

const context = new Store().context()(silent);
const fields: ThingFields = { size: 2, shape: "square", uses: [], peers: ["b"] };
const live: Live<ThingFields, ThingOutputs> = {
  id: "a#1",
  address: "thing/a",
  physicalName: "a",
  status: "ready",
  createdAt: 0,
  fields: { size: 1, shape: "round", uses: [], peers: [] },
  outputs: { id: "a#1", version: "1" },
  uses: [],
};

/** An update whose setters write down what they are called with. */
function recorded() {
  const calls: string[] = [];
  const set =
    (name: string) =>
    async (
      input: { live: Live<ThingFields, ThingOutputs>; eventual: ThingFields },
      changed: readonly string[],
    ) => {
      const { version } = input.live.outputs;
      calls.push(`${name} ${changed.join(",")} after ${version}, for good ${input.eventual.size}`);
      return { ...input.live, outputs: { id: "a#1", version: `${version}${name}` } };
    };
  const both = set("both");
  const update = updateBySetters<ThingFields, ThingOutputs, ThingContext>({
    peers: set("peers"),
    size: both,
    uses: both,
    ...noSetters(["shape"]),
  });
  return { calls, update };
}

describe("an update by setters", () => {
  test("runs each setter once, in their order, with its changed fields and what the one before it made", async () => {
    const { calls, update } = recorded();
    const after = await update(context, live, fields, ["uses", "size", "peers"]);
    expect(calls).toEqual([
      "peers peers after 1, for good 2",
      "both size,uses after 1peers, for good 2",
    ]);
    expect(after.outputs.version).toBe("1peersboth");
  });

  test("leaves alone what did not change", async () => {
    const { calls, update } = recorded();
    await update(context, live, fields, ["uses"], { ...fields, size: 9 });
    expect(calls).toEqual(["both uses after 1, for good 9"]);
    expect(await update(context, live, fields, [])).toBe(live);
  });

  test("refuses a changed field that nothing sets before it sets another", async () => {
    const { calls, update } = recorded();
    await expect(update(context, live, fields, ["peers", "shape"])).rejects.toThrow(
      "thing/a: no setter sets shape",
    );
    expect(calls).toEqual([]);
  });

  test("knows which fields it can set", () => {
    expect(recorded().update.sets).toEqual(["peers", "size", "uses"]);
  });
});
