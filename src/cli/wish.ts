import { isAbsolute, relative } from "node:path";
import type { Wish, WishSource } from "../engine/prepare.ts";
import { earlierImages } from "../resources/shared/earlier-images.ts";
import { isEmptyStack } from "../resources/shared/empty-stack.ts";
import type { Stack } from "../spec/stack.ts";
import { typesIn } from "../stack/addresses.ts";
import { fitBuild } from "../stack/build-script.ts";
import { compile } from "../stack/compile.ts";
import type { Facts } from "../stack/facts.ts";
import { checkRetained } from "../stack/retained.ts";
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
      const [{ account, inputs }, found] = await Promise.all([
        lookUpInputs(stackFile, environment, live),
        live,
      ]);
      keep?.(inputs);
      const { region, clock } = environment;
      const earlier = earlierImages(found);
      const isEmpty = isEmptyStack(found);
      const place = { account, region, now: clock.now(), earlier, isEmpty, directory };
      const wish = await wishOf(stackFile, inputs, place);
      const kept = checkRetained(stackFile.stack, found);
      return { ...wish, problems: [...(wish.problems ?? []), ...kept] };
    },
  };
}

/**
 * The resources that should exist. The same stack file, inputs and live resources give the same resources on any machine.
 *
 * @param place The account, its region, the time, and the images that the stack has there; and the working directory, from which
 *   a plan names the private key's file.
 */
export async function wishOf(
  { stack, warnings }: Pick<OpenedStackFile, "stack" | "warnings">,
  { facts, found }: Inputs,
  {
    directory,
    ...place
  }: Pick<Facts, "account" | "region" | "now" | "earlier" | "isEmpty"> & {
    readonly directory: string;
  },
): Promise<Wish> {
  const wanted = withKeyFileFrom(directory, stack);
  const known = { ...facts, ...place };
  await fitBuild(wanted, known);
  const { desired, retained, problems } = compile(wanted, known);
  return {
    stack: stack.stack,
    account: place.account,
    desired,
    retained,
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
