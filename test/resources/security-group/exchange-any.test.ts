import { describe, expect, test } from "vitest";
import type { SecurityGroupRule } from "../../../src/resources/security-group/rules.ts";
import fc from "../../fast-check.ts";
import { demandGentle, keys, letsIn, networks, openGroup, quota, rule } from "./exchange.ts";

describe("whatever the rules that do not fit beside those that go", () => {
  const probes = [0, 1, 5, 9, 17].flatMap((part) =>
    [80, 81, 82, 83].map((port) => ({ address: `10.0.${part}.1`, port })),
  );
  const asText = (each: SecurityGroupRule) => keys([each]).join();
  /** Rules that meet one another; what else fills the group is out of their way. */
  const some = (ports: readonly number[]) =>
    fc.uniqueArray(
      fc
        .record({
          part: fc.integer({ min: 0, max: 9 }),
          length: fc.constantFrom(16, 20, 24, 24, 24),
          port: fc.constantFrom(...ports),
          more: fc.constantFrom(...(ports.length > 1 ? [0, 0, 1] : [0])),
        })
        .map(({ part, length, port, more }) =>
          rule(`10.0.${length === 24 ? part : 0}.0/${length}`, port, port + more),
        ),
      { minLength: 1, maxLength: 12, selector: asText },
    );
  const exchange = async (
    one: readonly SecurityGroupRule[],
    other: readonly SecurityGroupRule[],
    room: number,
  ) => {
    const filling = networks(quota - Math.max(one.length, other.length) - room);
    const { change } = await openGroup([...filling, ...one]);
    const { moments, end, failure } = await change([...filling, ...other]);
    expect(failure).toBeUndefined();
    expect(keys(end)).toEqual(keys([...filling, ...other]));
    const meeting = ({ peer }: SecurityGroupRule) => peer.startsWith("10.");
    return moments.map((rules) => rules.filter(meeting));
  };
  const room = fc.integer({ min: 0, max: 2 });

  test("on one port, nothing that both let in is away for a moment, whatever the rules", async () => {
    await fc.assert(
      fc.asyncProperty(some([80]), some([80]), room, async (before, wanted, left) => {
        demandGentle(await exchange(before, wanted, left), before, wanted, probes);
      }),
      { numRuns: 30 },
    );
  });

  test("any rules become any others, and what neither lets in is never let in", async () => {
    const any = some([80, 81, 82]);
    await fc.assert(
      fc.asyncProperty(any, any, room, async (before, wanted, left) => {
        const moments = await exchange(before, wanted, left);
        const closed = probes.filter((one) => !letsIn(before, one) && !letsIn(wanted, one));
        demandGentle(moments, before, wanted, closed);
      }),
      { numRuns: 30 },
    );
  });
});
