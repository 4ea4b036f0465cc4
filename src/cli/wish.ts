import { isAbsolute, relative } from "node:path";
import type { Wish, WishSource } from "../engine/prepare.ts";
import type { Stack } from "../spec/stack.ts";
import { typesIn } from "../stack/addresses.ts";
import { compile } from "../stack/compile.ts";
import type { Environment } from "./environment.ts";
import { type Inputs, lookUpInputs, toProblem } from "./inputs.ts";
import type { OpenedStackFile } from "./stack-file.ts";

/**
 * The stack file and the account's facts, as the resources that should exist.
 *
 * @param directory The working directory.
 * @param keep Receives the inputs that the resources are made from, for a saved plan.
 */
export function compileStack(
  stackFile: OpenedStackFile,
  environment: Environment,
  directory: string,
  keep?: (inputs: Inputs) => void,
): WishSource {
  return {
    types: typesIn(stackFile.stack),
    async find(live) {
      const { account, inputs } = await lookUpInputs(stackFile, environment, live);
      keep?.(inputs);
      const { region } = environment;
      return wishOf(stackFile, inputs, { account, region, directory });
    },
  };
}

/**
 * The resources that should exist. The same stack file and inputs give the same resources on any machine.
 *
 * @param place The account and its region, and the working directory, from which a plan names the private key's file.
 */
export function wishOf(
  { stack, warnings }: Pick<OpenedStackFile, "stack" | "warnings">,
  { facts, found }: Inputs,
  {
    account,
    region,
    directory,
  }: { readonly account: string; readonly region: string; readonly directory: string },
): Wish {
  const { desired, problems } = compile(withKeyFileFrom(directory, stack), {
    ...facts,
    account,
    region,
  });
  return {
    stack: stack.stack,
    account,
    desired,
    problems: [...warnings.map(toProblem), ...found, ...problems],
  };
}

function withKeyFileFrom(directory: string, stack: Stack): Stack {
  const { keyPair } = stack;
  if (keyPair?.source.kind !== "generate") return stack;
  const path = relative(directory, keyPair.source.file);
  const file = path.startsWith("..") || isAbsolute(path) ? path : `./${path}`;
  return { ...stack, keyPair: { ...keyPair, source: { kind: "generate", file } } };
}
