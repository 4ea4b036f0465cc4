import { describe, expect, test } from "vitest";
import type { ImageInputs } from "../../src/resources/image/inputs.ts";
import type { Stack } from "../../src/spec/stack.ts";
import { compile } from "../../src/stack/compile.ts";
import { compiledFields, facts, minimal } from "./stacks.ts";

const group = "auto-scaling-group/shop";

const stack: Stack = {
  ...minimal,
  image: { ...minimal.image, use: "ami-earlier" },
  scaling: {
    ...minimal.scaling,
    hooks: {
      launch: { run: "/usr/local/bin/warm-up", timeout: 300, failed: "abandon" },
      terminate: { run: "/usr/local/bin/flush", timeout: 120, failed: "continue" },
    },
  },
};

const launch = { at: "launch", timeout: 300, failed: "abandon" };
const terminate = { at: "terminate", timeout: 120, failed: "continue" };
const ofLaunch = "launch-hook=/usr/local/bin/warm-up,abandon";
const ofTerminate = "terminate-hook=/usr/local/bin/flush,continue";

/** The facts where the servers run on an earlier image, by the record of its services. */
function using(services: string) {
  const { script } = compiledFields(minimal, "image/shop");
  const usedImage: ImageInputs = {
    family: "amazon-linux-2023",
    architecture: "x86_64",
    base: "ami-base",
    release: "2023.9.20251117.1",
    updates: "all",
    packages: "",
    sources: "",
    services,
    ipv6: "disabled",
    hardening: "strong",
    openFiles: "65535",
    disk: "",
    files: "",
    run: "",
    verify: "",
    allow: "",
    ansible: "",
    environment: "",
    application: "",
    script: String(script),
  };
  return { ...facts, usedImage };
}

const warning = (at: string) => ({
  severity: "warning",
  address: group,
  summary: `the image that image.use names has no program for the ${at} hook, so its servers run without that hook`,
  remedy: "Nothing is to do. The hook comes back with an image that has its program.",
});

describe("the hooks of a group whose servers run on an earlier image", () => {
  test.each<[services: string, hooks: readonly object[], missing: readonly string[]]>([
    [`chronyd ${ofLaunch} ${ofTerminate}`, [launch, terminate], []],
    [ofLaunch, [launch], ["terminate"]],
    [`${ofTerminate} nginx`, [terminate], ["launch"]],
    ["chronyd", [], ["launch", "terminate"]],
    ["", [], ["launch", "terminate"]],
    // Services with such names are no programs of hooks.
    ["launch-hook pre-launch-hook=1 terminate-hooks", [], ["launch", "terminate"]],
  ])("are those that it has programs for: %j", (services, hooks, missing) => {
    const known = using(services);
    expect(compiledFields(stack, group, known)["hooks"]).toEqual(hooks);
    const { problems } = compile(stack, known);
    expect(problems.filter(({ address }) => address === group)).toEqual(missing.map(warning));
  });

  test("are all of the stack file's where an image is built", () => {
    expect(compiledFields(stack, group)["hooks"]).toEqual([launch, terminate]);
    expect(compile(stack, facts).problems).toEqual([]);
  });

  test("are none, without a warning, where the stack file has none", () => {
    const without = { ...stack, scaling: minimal.scaling };
    expect(compiledFields(without, group, using(ofLaunch))["hooks"]).toEqual([]);
    const { problems } = compile(without, using(""));
    expect(problems.filter(({ address }) => address === group)).toEqual([]);
  });
});
