import type { PresentedTypes } from "../engine/presentation.ts";
import { typesByName } from "../engine/types-by-name.ts";
import { resourceTypes } from "../resources/all.ts";
import type { RunContext } from "../ui/view.ts";
import type { Environment } from "./environment.ts";

/** The environment's part of a view's subject, and the resource types whose changes the view shows. */
export function about(environment: Environment): Omit<RunContext, "command" | "stack"> {
  const { region, sandbox, clock, apiCalls } = environment;
  return { region, types, now: clock.now, apiCalls, ...(sandbox === undefined ? {} : { sandbox }) };
}

const types: PresentedTypes = typesByName(resourceTypes);
