import { vi } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { tellOutcome } from "../../src/cli/outcome.ts";
import type { RunApply } from "../../src/cli/outcome-content.ts";
import { secretVariable } from "../../src/cli/outcome-webhook.ts";
import { openEndpoint } from "../aws/loopback.ts";
import { minimal } from "../stack/stacks.ts";
import { evil } from "../ui/hostile.ts";
import type { Output } from "../ui/neutral-places.ts";
import { Process } from "./process.ts";

const region = "eu-central-1";
const topic = `arn:aws:sns:${region}:111111111111:ops`;

const at = "2026-01-05T09:00:00.000Z";
const summary = { create: 0, update: 1, replace: 0, delete: 0, keep: 0 };
const address = (where: string) => `image/${evil(where)}` as const;
const done = { key: "done", verb: "update", address: address("changed") } as const;
const failed = { key: "failed", verb: "update", address: address("address") } as const;

/** An apply whose texts all come from somewhere else. */
const apply: RunApply = {
  document: {
    formatVersion: 1,
    stack: "shop",
    region,
    account: "111111111111",
    summary,
    changes: [{ address: done.address, action: "update", because: evil("because"), fields: [] }],
    steps: [done, failed].map((step) => ({ ...step, after: [] })),
    problems: [],
  },
  events: [
    { at, event: "step-done", seconds: 1, ...done },
    {
      at,
      event: "step-failed",
      ...failed,
      error: {
        message: evil("message"),
        operation: evil("operation"),
        code: evil("code"),
        remedy: evil("remedy"),
      },
    },
    {
      at,
      event: "finished",
      ok: false,
      summary,
      outputs: {},
      apiCalls: 1,
      seconds: 1,
      pending: [{ address: address("pending"), waitsFor: evil("waits"), remedy: evil("remedy") }],
    },
  ],
};

const texts = [
  ...["changed", "because", "address", "message", "operation", "code", "remedy"],
  ...["pending", "waits", "remedy"],
];

/** Of how an apply ended, to those whom it tells. */
export const outputsOfOutcomes: readonly Output[] = [
  { what: "the mail about an apply", texts, write: async () => (await told()).mail },
  { what: "what a URL gets of an apply", texts, write: async () => (await told()).posted },
  {
    what: "why nobody was told that an apply failed",
    // Of an error without one, the code is the message, too: of the failure, and of the warning.
    texts: ["message", "message", "message"],
    write: async () => {
      const code = evil("message").replaceAll("\u001b", "&#27;").replaceAll("\n", "&#10;");
      await inPlaceOfAws(400, `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`);
      const process = new Process({
        "shop.yaml": `version: 1\nstack: shop\nimage: { base: debian-12 }\nscaling: { min: 1 }\nnotify: { to: ["${topic}"], on: [applies] }\n`,
      });
      await process.run(`apply --yes --region ${region}`);
      return process.stdout.text + process.stderr.text;
    },
  },
];

/** What leaves this machine: to a topic, as subject and text, and to a URL. */
async function told(): Promise<{ readonly mail: string; readonly posted: string }> {
  const endpoint = await inPlaceOfAws(
    200,
    "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishResponse>",
  );
  const to = [
    { kind: "topic" as const, value: topic },
    { kind: "https" as const, value: `${endpoint.url}/hook` },
  ];
  const warnings: string[] = [];
  await tellOutcome(
    { ...minimal, notify: { to, on: ["applies"] } },
    apply,
    {
      io: { env: { [secretVariable]: "a key" } },
      options: {},
      signal: new AbortController().signal,
      warn: (line) => warnings.push(line),
    },
    { clients: createClients({ region }), region, clock: { now: Date.now, sleep: async () => {} } },
  );
  const [published, ...others] = endpoint.received.filter(({ action }) => action === "Publish");
  const posted = endpoint.received.find(({ url }) => url === "/hook");
  if (published === undefined || posted === undefined || others.length + warnings.length > 0) {
    throw new Error(`not told: ${warnings.join()}`);
  }
  const fields = new URLSearchParams(published.body);
  return { mail: `${fields.get("Subject")}\n${fields.get("Message")}`, posted: posted.body };
}

async function inPlaceOfAws(status: number, body: string) {
  const endpoint = await openEndpoint((_request, response) => {
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "nobody");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "nothing");
  return endpoint;
}
