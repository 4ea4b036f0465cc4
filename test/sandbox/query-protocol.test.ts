import { QueryShapeSerializer, XmlShapeDeserializer } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";
import { expect, test } from "vitest";
import type { SchemaReference } from "../../src/sandbox/codec/shape.ts";
import { query } from "../../src/sandbox/protocol/query.ts";
import { WireRequest } from "../../src/sandbox/protocol/request.ts";

const pair: SchemaReference = [3, "ns", "Pair", 0, ["Key", "Value"], [0, 0]];

/** A structure with every kind of member, as the SDK's clients describe theirs. */
const everything: SchemaReference = [
  3,
  "ns",
  "Everything",
  0,
  ["text", "number", "yes", "at", "bytes", "list", "flat", "named", "map", "flatMap", "pairs"],
  [
    0,
    1,
    2,
    4,
    21,
    64,
    [[1, "ns", "Flat", 0, 0], { xmlFlattened: 1 }],
    [1, "ns", "Named", 0, [0, { xmlName: "Entry" }]],
    128,
    [
      [2, "ns", "FlatMap", 0, [0, { xmlName: "K" }], [() => pair, { xmlName: "V" }]],
      { xmlFlattened: 1 },
    ],
    [1, "ns", "Pairs", 0, () => pair],
  ],
];

const value = {
  text: "a & b = <c> é\r\n",
  number: 1.5,
  yes: false,
  at: new Date("2026-01-02T03:04:05.000Z"),
  bytes: new Uint8Array([0, 255]),
  list: ["a", ""],
  flat: ["b", "c"],
  named: ["d"],
  map: { "a.b": "1", constructor: "2" },
  flatMap: { x: { Key: "k", Value: "v" }, y: { Key: "l" } },
  pairs: [{ Key: "a", Value: "b" }, { Key: "c" }],
};

const settings = {
  timestampFormat: { useTrait: true, default: 5 },
  httpBindings: false,
  xmlNamespace: "https://example.com/",
  serviceNamespace: "ns",
  serializeEmptyLists: true,
} as const;

const protocol = query({ version: "2026-01-01", xmlNamespace: "https://example.com/" });
const operation = [9, "ns", "Do", 0, everything, everything] as const;

test("a form that the SDK wrote is read as what it was written from", () => {
  const serializer = new QueryShapeSerializer(settings);
  serializer.write(NormalizedSchema.of(everything), value);
  const body = `Action=Do&Version=2026-01-01${serializer.flush()}`;
  const request = new WireRequest({ method: "POST", headers: {}, body });
  expect(protocol.claims(request)).toBe(true);
  expect(protocol.operationOf(request)).toBe("Do");
  expect(protocol.readInput(operation, request)).toEqual(value);
});

test("the SDK reads an answer as what it was written from", () => {
  const { body } = protocol.writeOutput(operation, value, "1");
  const deserializer = new XmlShapeDeserializer(settings);
  expect(deserializer.read(NormalizedSchema.of(everything), body, "DoResult")).toEqual(value);
});
