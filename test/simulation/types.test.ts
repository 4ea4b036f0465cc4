import { expect, test } from "vitest";
import { typeOf } from "../../src/engine/address.ts";
import { resourceTypes } from "../../src/resources/all.ts";
import { loadStack } from "../../src/spec/load.ts";
import { compile } from "../../src/stack/compile.ts";
import { facts, ownNetwork } from "../stack/stacks.ts";
import { deeds, tagCalls } from "./hands.ts";
import { swept } from "./journeys.ts";
import { type StackFile, toYaml } from "./stack-files.ts";

/** The types that a stack file can define. */
const defined = resourceTypes.filter(({ wanted }) => wanted !== "never").map(({ name }) => name);

function typesOf(file: StackFile | undefined): readonly string[] {
  if (file === undefined) return [];
  const loaded = loadStack(toYaml(file), { file: "afterpay.yaml" });
  if ("errors" in loaded) throw new Error(JSON.stringify(loaded.errors));
  const isOwn = file.network?.vpc === "own";
  const known = isOwn ? { ...facts, network: ownNetwork } : facts;
  return compile(loaded.stack, known).desired.map(({ address }) => typeOf(address));
}

test("some journey meets every type of resource", () => {
  const files = swept.flatMap(({ before, attempt, target }) => [before, attempt, target]);
  expect(new Set(files.flatMap(typesOf))).toEqual(new Set(defined));
});

test("a person changes or deletes resources of every type by hand, or takes their tags", () => {
  const touched = deeds.map(({ type }) => type);
  expect(defined.filter((type) => !touched.includes(type))).toEqual([]);
  for (const { name } of resourceTypes) expect(tagCalls(name, "id", {}).names).not.toEqual([]);
});
