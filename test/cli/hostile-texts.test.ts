import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { billTags } from "../../src/resources/image/bill.ts";
import { openEndpoint } from "../aws/loopback.ts";
import { evil, faultsOf, steering } from "../ui/hostile.ts";
import {
  isNeeded,
  lineOf,
  type Output,
  outputsByPlace,
  placesInSources,
} from "../ui/neutral-places.ts";
import { outputsOfOutcomes } from "./hostile-texts-of-outcomes.ts";
import { outputsOfSandbox } from "./hostile-texts-of-sandbox.ts";
import { Process } from "./process.ts";

vi.mock("../../src/ui/text.ts", async (importOriginal) => {
  const { watched } = await import("../ui/neutral-places.ts");
  return watched(await importOriginal());
});

/** A file may hold no control character, and may well hold what turns text round. */
const turned = {
  "shop.yaml":
    'version: 1\nstack: shop\nimage: { base: debian-12, run: ["echo \u202erun"], verify: ["echo\u2028\u202everify"] }\nscaling: { min: 1 }\n',
};

/** What a process has written after the last of these command lines. */
async function written(shop: Process, ...lines: readonly (string | readonly string[])[]) {
  for (const line of lines) await (typeof line === "string" ? shop.run(line) : shop.runWords(line));
  return shop.stdout.text + shop.stderr.text;
}

/** A security group of the sandbox that carries these tags. */
function makeGroup(stack: string): readonly string[] {
  const group = {
    GroupName: "web",
    Description: "of the tests",
    TagSpecifications: [
      {
        ResourceType: "security-group",
        Tags: [
          { Key: "reconcile:stack", Value: stack },
          { Key: "reconcile:name", Value: `security-group/${evil("address")}` },
        ],
      },
    ],
  };
  return ["sandbox", "call", "ec2", "CreateSecurityGroup", JSON.stringify(group)];
}

const outputs: readonly Output[] = [
  {
    what: "a command that is none",
    texts: ["message"],
    write: () => written(new Process(), [evil("message")]),
  },
  {
    what: "an option that is none, in JSON",
    texts: ["message"],
    write: () => written(new Process(), ["plan", "--json", `--${evil("message")}`]),
  },
  {
    what: "an answer of the sandbox",
    texts: ["stack", "address"],
    write: () => written(new Process(), makeGroup(evil("stack"))),
  },
  {
    what: "what is in the sandbox",
    texts: ["stack", "address"],
    write: () => written(new Process(), makeGroup(evil("stack")), "sandbox show"),
  },
  {
    what: "a graph in JSON",
    texts: ["address"],
    write: () => written(new Process(turned), makeGroup("shop"), "graph --sandbox --json"),
  },
  {
    what: "where a sandbox is kept",
    texts: ["folder"],
    write: () =>
      written(new Process({}, { directory: evil("folder") }), "sandbox show", "sandbox reset"),
  },
  {
    what: "a zone of a region that has any name",
    texts: ["region"],
    write: () => {
      const [region, zone] = [evil("region"), `${evil("region")}a`];
      return written(new Process(), ["sandbox", "capacity", zone, "none", "--region", region]);
    },
  },
  ...[[], ["--json"]].map((json) => ({
    what: `where a region of any name is served${json.join(" ")}`,
    texts: ["region"],
    write: async () => {
      const shop = new Process();
      const region = ["--region", evil("region")];
      const served = written(shop, ["sandbox", "serve", "--port", "0", ...region, ...json]);
      await vi.waitFor(() => expect(shop.stdout.text).toContain("http"));
      shop.signal("SIGINT");
      return served;
    },
  })),
  {
    what: "the promises of an image",
    texts: [],
    write: () => written(new Process(turned), "image --sandbox --checks"),
  },
  {
    what: "the promises of an image, in JSON",
    texts: [],
    write: () => written(new Process(turned), "image --sandbox --checks --json"),
  },
  {
    what: "a build script on a screen",
    texts: [],
    write: async () => {
      const script = await written(new Process(turned, { terminal: true }), "image --sandbox");
      // A tab is no more than some blanks.
      return script.replaceAll("\t", " ");
    },
  },
  {
    what: "the packages of an image, whose tags anybody may have written",
    texts: ["package", "release", "name"],
    write: async () => {
      const escaped = (text: string) =>
        text.replaceAll("\u001b", "&#27;").replaceAll("\n", "&#10;");
      const tagSet = (tags: Readonly<Record<string, string>>) =>
        `<tagSet>${Object.entries(tags)
          .map(([key, value]) => `<item><key>${key}</key><value>${escaped(value)}</value></item>`)
          .join("")}</tagSet>`;
      const own = { "reconcile:stack": "shop", "reconcile:name": "image/shop" };
      const name = evil("name");
      const purl = `pkg:npm/${encodeURIComponent(evil("package"))}@1`;
      const image = tagSet({ ...own, "reconcile:release": evil("release") });
      const snapshot = tagSet({ ...own, "reconcile:image": name, ...billTags([purl], 3) });
      const listed = "<snapshotId>snap-1</snapshotId>";
      const endpoint = await openEndpoint(({ action }, response) => {
        response.writeHead(200, { "content-type": "text/xml" });
        // Each call reads its own part.
        response.end(
          `<${action}Response><requestId>1</requestId><imagesSet><item><imageId>ami-1</imageId><name>${escaped(name)}</name><imageState>available</imageState><blockDeviceMapping><item><ebs>${listed}</ebs></item></blockDeviceMapping>${image}</item></imagesSet><snapshotSet><item>${listed}${snapshot}</item></snapshotSet><reservationSet/><securityGroupInfo/><launchTemplates/><launchTemplateVersionSet/></${action}Response>`,
        );
      });
      vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
      vi.stubEnv("AWS_ACCESS_KEY_ID", "nobody");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "nothing");
      return written(new Process(turned), "image --packages --region eu-central-1");
    },
  },
  {
    what: "a saved plan",
    texts: [],
    write: async () => {
      const shop = new Process(turned);
      await shop.run("plan --sandbox --out plan.json");
      return readFileSync(join(shop.directory, "plan.json"), "utf8");
    },
  },
  {
    what: "what AWS is asked, and calls what is wrong",
    // Of an error without one, the code is the message, too.
    texts: ["message", "message", "message"],
    write: async () => {
      const endpoint = await openEndpoint((_request, response) => {
        response.writeHead(400, { "content-type": "text/xml" });
        const code = evil("message").replaceAll("\u001b", "&#27;").replaceAll("\n", "&#10;");
        response.end(`<Response><Errors><Error><Code>${code}</Code></Error></Errors></Response>`);
      });
      vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
      vi.stubEnv("AWS_ACCESS_KEY_ID", "nobody");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "nothing");
      return written(new Process(turned), "status --verbose --region eu-central-1");
    },
  },
  ...outputsOfSandbox,
  ...outputsOfOutcomes,
];

describe("of what comes from outside, nothing is obeyed and all is shown:", () => {
  test.each(outputs)("$what", async ({ write, texts }) => {
    expect(faultsOf(await write(), texts)).toEqual([]);
  });
});

test("at each place that makes a text neutral, a text would be obeyed without it", async () => {
  const passing = await outputsByPlace(outputs);
  const inCommands = [...passing].filter(([place]) => place.startsWith("src/cli/"));
  expect(inCommands.map(([place]) => lineOf(place)).sort()).toEqual(placesInSources("src/cli"));

  const needless: string[] = [];
  for (const [place, passed] of inCommands) {
    if (!(await isNeeded(place, passed))) needless.push(place);
  }
  expect(needless).toEqual([]);
});

test("a build script goes to a file to the byte", async () => {
  expect(await written(new Process(turned), "image --sandbox")).toContain("echo \u202erun");
});

test("a stack file's names, values and path are shown, and in JSON they are the same", async () => {
  const shop = new Process();
  const name = `${steering("file")}.yaml`;
  shop.write(name, 'version: 1\nstack: "a\u200bb\u2066"\nim\u202eage: { base: "x\u2060y" }\n');
  expect(faultsOf(await written(shop, ["validate", name]), ["file"])).toEqual([]);
  const json = await written(shop, ["validate", "--json", name]);
  expect(faultsOf(json, ["file"])).toEqual([]);
  expect(JSON.parse(json)).toMatchObject({ file: name });
});
