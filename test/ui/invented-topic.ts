import { thingType } from "../engine/store.ts";

/** A type that no file of `src` knows. */
export const topic = thingType("topic", {
  section: "notify",
  fields: {
    size: { onChange: "update", inFile: { name: "notify.delay", unit: "s" } },
    shape: { onChange: "update", inFile: { values: { round: "everybody", flat: "nobody" } } },
    uses: { onChange: "update" },
    peers: { onChange: "update", writeOnly: true, usedBy: ["size"] },
  },
  usualSeconds: { create: 300, update: 1, delete: 1 },
  slowPart: ({ fields }) =>
    fields.some(({ path }) => path === "size") ? { name: "moving", seconds: 900 } : undefined,
  consequences: ({ address, action }) =>
    action === "delete"
      ? [{ kind: "lost", text: `Nobody hears of ${address} any more.` }]
      : [{ kind: "service", text: `${address} is silent for a while.` }],
  shownOutputs: { topic: { label: "subscribe at", value: ({ id }) => id } },
  hourlyItems({ fields, region }) {
    const count = "size" in fields ? Number(fields.size) : Number.NaN;
    const price = region === "r" ? { usd: 0.0225, asOf: "2026-01" } : undefined;
    return [{ name: "seat", plural: "seats", count, price }];
  },
  details: { heading: "TOPIC", lines: (id) => [`${id} has no subscribers.`] },
  serving: true,
});
