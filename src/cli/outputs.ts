import { currentOf } from "../engine/current.ts";
import type { Live } from "../engine/live.ts";
import type { Access } from "../engine/presentation.ts";
import { resourceTypes } from "../resources/all.ts";
import { loginTo } from "../stack/login.ts";

/**
 * What a person needs next, such as the URL and the command to log in, as the resource types know it. Types
 * that use others come first: people need the URL before the key.
 */
export async function outputsOf(
  live: readonly Live[],
  access: Access,
): Promise<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const { login } = access;
  const reached = login ? { ...access, login: loginTo(live, login) } : access;
  for (const { name: type, shownOutputs = {} } of resourceTypes.toReversed()) {
    const current = currentOf(live, type);
    if (current === undefined) continue;
    for (const [name, shown] of Object.entries(shownOutputs)) {
      const value = await shown.value(current, reached);
      if (value !== undefined) outputs[name] = value;
    }
  }
  return outputs;
}
