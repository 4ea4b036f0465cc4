import { currentOf, usableOf } from "../engine/current.ts";
import type { Live } from "../engine/live.ts";
import type { Access, ShownOutput } from "../engine/presentation.ts";
import type { Retained } from "../engine/retained.ts";
import { resourceTypes } from "../resources/all.ts";
import { loginTo } from "../stack/login.ts";

/**
 * What a person needs next, such as the URL and the command to log in, as the resource types know it. Types
 * that use others come first: people need the URL before the key.
 *
 * @param retained Objects that the stack file only keeps. The URL is that of the load balancer that it defines.
 */
export async function outputsOf(
  found: readonly Live[],
  access: Access,
  retained: readonly Pick<Retained, "address">[] = [],
): Promise<Record<string, string>> {
  const isRetained = ({ address }: Live) => retained.some((each) => each.address === address);
  const live = found.filter((each) => !isRetained(each));
  const kept = found.filter(isRetained);
  const outputs: Record<string, string> = {};
  const { login } = access;
  const reached = login ? { ...access, login: loginTo(live, login) } : access;
  for (const { name: type, shownOutputs = {} } of resourceTypes.toReversed()) {
    const current = currentOf(live, type);
    const previous = currentOf(kept, type);
    for (const [name, shown] of Object.entries(shownOutputs)) {
      const value = await shownValue(shown, current, usableOf(live, type), reached);
      if (value !== undefined) outputs[name] ??= value;
      const { ofRetained } = shown;
      const earlier = ofRetained && previous && (await shown.value(previous, reached));
      if (ofRetained !== undefined && earlier !== undefined) outputs[ofRetained.name] ??= earlier;
    }
  }
  return outputs;
}

/** Of the current object, or of all of them together. */
async function shownValue(
  shown: ShownOutput<object, object>,
  current: Live | undefined,
  all: readonly Live[],
  access: Access,
): Promise<string | undefined> {
  if (shown.ofAll === undefined) return current && (await shown.value(current, access));
  const values = await Promise.all(all.map((live) => shown.value(live, access)));
  const found = values.filter((value) => value !== undefined);
  return found.length === 0 ? undefined : shown.ofAll(found);
}
