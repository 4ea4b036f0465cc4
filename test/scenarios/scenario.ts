import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/**
 * A scenario is a text: what a person does to a stack file and an account, and what has to come of
 * it. Each ends, unless it says otherwise, with an empty second plan, a destroy, and the inventory
 * that it began with.
 */
const change = z.string().describe("action address, then words that the reason must contain");

/** Somebody else's hand, by an API call. `${address}` is the id of the stack's object. */
const call = z.strictObject({
  call: z.string().describe("service Operation"),
  input: z.record(z.string(), z.unknown()).default({}),
  region: z.string().optional(),
  save: z.record(z.string(), z.string()).optional(),
  /**
   * How an apply right after it ends; left out: with 0, where the last one before it did. `none`:
   * nobody applies before the next call, as both are one remedy.
   */
  "apply-then": z.union([z.int(), z.literal("none")]).optional(),
});

const step = z.union([
  /** Writes the stack file, or an example beside the files that it needs. */
  z.strictObject({ stack: z.string(), file: z.string().default("afterpay.yaml") }),
  z.strictObject({ example: z.string() }),
  /** Changes places of the stack file, as a person would; null takes one away. `${…}` as in `call`. */
  z.strictObject({
    edit: z.record(z.string(), z.unknown()),
    file: z.string().default("afterpay.yaml"),
  }),
  /** Writes files; null deletes one. */
  z.strictObject({ write: z.record(z.string(), z.string().nullable()) }),
  /** One command line of the product. */
  z.strictObject({
    run: z.string(),
    exit: z.int().default(0),
    /** Changes other than keeps; each must be there, and no other. */
    changes: z.array(change).optional(),
    /** Operations that write, in any order; each must be there as often, and no other. */
    writes: z.array(z.string()).optional(),
    /** Of the operations that write, these alone, in the order in which they must be made. */
    order: z.array(z.string()).optional(),
    /** Texts that standard output or standard error must contain. */
    says: z.array(z.string()).default([]),
    never: z.array(z.string()).default([]),
    /** Seconds of AWS's time that it may take. */
    within: z.number().optional(),
  }),
  call,
  /** Somebody makes a DNS record at another provider, or, by no values, removes it. `${…}` as in `call`. */
  z.strictObject({
    "outside-record": z.string(),
    type: z.string().default("CNAME"),
    values: z.array(z.string()),
  }),
  /** The parent of a zone delegates it to these name servers; null: to those of its hosted zone. */
  z.strictObject({ delegation: z.string(), servers: z.array(z.string()).nullable() }),
  z.strictObject({ "publish-image": z.string() }),
  /** Lets so many seconds of AWS's time pass. */
  z.strictObject({ wait: z.number() }),
  z.strictObject({ faults: z.unknown() }),
  /** Numbers of objects in the account, by type of the inventory. */
  z.strictObject({ inventory: z.record(z.string(), z.int()) }),
]);

const scenario = z.strictObject({
  title: z.string(),
  /** What would go wrong for a user if this did not hold. */
  because: z.string(),
  /** Of the sandbox. */
  sandbox: z.record(z.string(), z.unknown()).default({}),
  environment: z.record(z.string(), z.string()).default({}),
  /** What is in the account before, and stays: a hosted zone. */
  given: z.array(call).default([]),
  steps: z.array(step),
  /** `no-stack`: nothing stands at the end, so there is nothing to plan again or to destroy. */
  end: z.enum(["converged", "no-stack"]).default("converged"),
  /** Stack files to plan again and to destroy at the end. */
  files: z.array(z.string()).default(["afterpay.yaml"]),
});

export type Scenario = z.infer<typeof scenario>;
export type ScenarioStep = z.infer<typeof step>;

/** @throws ZodError when the text is no scenario. */
export function readScenario(file: string): Scenario {
  return scenario.parse(parse(readFileSync(file, "utf8")));
}
