import { describe, expect, test } from "vitest";
import { physicalName } from "../../src/engine/physical-name.ts";
import { targetOf } from "../../src/engine/target.ts";
import { shortHash } from "../../src/engine/values.ts";
import fc from "../fast-check.ts";
import { thingType } from "./store.ts";
import { thing } from "./things.ts";

describe("a physical name", () => {
  const cases = [
    {
      address: "security-group/web",
      generation: "1a2b3c4d",
      maxLength: 255,
      name: "shop-web-1a2b3c4d",
      why: "stack, name, generation",
    },
    {
      address: "load-balancer/shop",
      generation: "1a2b3c4d",
      maxLength: 32,
      name: "shop-1a2b3c4d",
      why: "the stack is not said twice",
    },
    {
      address: "auto-scaling-group/shop",
      generation: undefined,
      maxLength: 255,
      name: "shop",
      why: "nothing forces a replacement, so there are no generations",
    },
    {
      address: "launch-template/shop",
      generation: undefined,
      minLength: 3,
      maxLength: 128,
      name: "shop",
      why: "long enough",
    },
    {
      address: "load-balancer/just-as-long-as-may-be",
      generation: undefined,
      maxLength: 27,
      name: "shop-just-as-long-as-may-be",
      why: "nothing is cut off what just fits",
    },
    {
      address: "load-balancer/one-letter-more-than-may",
      generation: undefined,
      maxLength: 28,
      name: `shop-one-letter-mor-${shortHash("shop-one-letter-more-than-may")}`,
      why: "what is cut off goes into a hash, of the whole",
    },
    {
      address: "load-balancer/a--b--------long",
      generation: "1a2b3c4d",
      maxLength: 20,
      name: `shop-a--b-${shortHash("shop-a--b--------long-1a2b3c4d")}`,
      why: "hyphens at the cut go, and those before stay",
    },
  ] as const;
  test.each(cases)("$name: $why", ({ name, why: _why, ...input }) => {
    expect(physicalName({ stack: "shop", ...input })).toBe(name);
  });

  test("is never shorter than the service's limit", () => {
    const nameOf = (stack: string) =>
      physicalName({
        stack,
        address: `launch-template/${stack}`,
        generation: undefined,
        minLength: 3,
        maxLength: 128,
      });
    expect(nameOf("a")).toMatch(/^a-[0-9a-f]{8}$/);
    expect(nameOf("x-")).toMatch(/^x--[0-9a-f]{8}$/);
    expect(nameOf("a")).not.toBe(nameOf("b"));
    expect(nameOf("abc")).toBe("abc");
  });

  const words = fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/);
  const input = fc.record({ stack: fc.stringMatching(/^[a-z][a-z0-9-]{0,19}$/), word: words });

  test("fits the service's limit and ends in a letter or digit", () => {
    fc.assert(
      fc.property(input, ({ stack, word }) => {
        const address = `security-group/${word}` as const;
        const name = physicalName({ stack, address, generation: "1a2b3c4d", maxLength: 32 });
        expect(name.length).toBeLessThanOrEqual(32);
        expect(name).toMatch(/^[a-z].*[a-z0-9]$/);
      }),
    );
  });

  test("stays two names for two addresses, however much is cut off", () => {
    fc.assert(
      fc.property(input, words, ({ stack, word }, other) => {
        fc.pre(word !== other && word !== stack && other !== stack);
        const nameOf = (name: string) =>
          physicalName({ stack, address: `x/${name}`, generation: "1a2b3c4d", maxLength: 32 });
        expect(nameOf(word)).not.toBe(nameOf(other));
      }),
    );
  });
});

describe("a name has a generation", () => {
  const nameOf = (shape: unknown, size: unknown) => {
    const type = thingType("thing", {
      fields: { ...thing.fields, size: { onChange: "replace" }, shape: { onChange: "replace" } },
    });
    const fields = { size, shape, uses: [], peers: [] };
    const resource = { address: "thing/a" } as const;
    return targetOf({ stack: "s", resource, fields, type })?.physicalName;
  };

  test.each([
    ["one value is set that a replacement alone changes", "round", null],
    ["one is set, though to nothing", "", undefined],
    ["one is set, though to zero", null, 0],
    ["one is set, though to false", null, false],
  ])("where %s", (_, shape, size) => {
    expect(nameOf(shape, size)).toMatch(/^s-a-[0-9a-f]{8}$/);
  });

  test.each([
    [null, null],
    [undefined, null],
    [undefined, undefined],
  ])("and none where none is set: %j, %j", (shape, size) => {
    expect(nameOf(shape, size)).toBe("s-a");
  });

  test("that differs with each of the values", () => {
    const names = [nameOf("round", 1), nameOf("square", 1), nameOf("round", 2), nameOf(null, 1)];
    expect(new Set(names).size).toBe(names.length);
  });
});
