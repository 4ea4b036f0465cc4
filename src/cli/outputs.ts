import { typeOf } from "../engine/address.ts";
import type { Live, LiveStatus } from "../engine/live.ts";
import { namedIds } from "../engine/named-ids.ts";
import type { Access } from "../engine/presentation.ts";
import { resourceTypes } from "../resources/all.ts";
import { loginTo } from "../stack/login.ts";

/** Excludes unfinished resources of an interrupted apply, such as an image that is still being built. */
const USABLE: ReadonlySet<LiveStatus> = new Set(["ready", "settling"]);

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
  const reached = login ? { ...access, login: loginTo(currentOf(live, "image"), login) } : access;
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

/**
 * The newest object that another one names, because other generations may exist beside it: an image for new
 * servers that is older than the newest one. Without such a name, the newest.
 */
function currentOf(live: readonly Live[], type: string): Live | undefined {
  const usable = live
    .filter(({ address, status }) => typeOf(address) === type && USABLE.has(status))
    .toSorted((one, other) => other.createdAt - one.createdAt);
  const named = namedIds(live);
  return usable.find(({ id }) => named.has(id)) ?? usable[0];
}
