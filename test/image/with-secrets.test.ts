import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { SSMClient } from "@aws-sdk/client-ssm";
import { describe, expect, onTestFinished, test } from "vitest";
import { secretsFiles } from "../../src/image/application-steps.ts";
import type { ImageApplication } from "../../src/image/recipe.ts";
import type { HttpRequestLike } from "../../src/sandbox/protocol/request.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { serveSandbox } from "../../src/sandbox/server.ts";
import { serveMetadata, serverKey } from "./instance-metadata.ts";

const missing = ["python3"].find((name) => spawnSync(name, ["--version"]).status !== 0);
const region = "ap-southeast-2";

const application: ImageApplication = {
  source: { kind: "url", url: "https://example.com/app", sha256: "" },
  python: [],
  command: "app",
  user: "app",
  port: 80,
};

type Call = readonly [service: string, operation: string, input: object];

describe.skipIf(missing !== undefined)(
  missing === undefined
    ? "an application's secrets"
    : `an application's secrets (needs ${missing})`,
  () => {
    test("are in its environment, whatever characters they have", async () => {
      const value = " \"'$HOME\\n\n%s ü=# ";
      const { run } = await open(
        [
          "DATABASE_URL=ssm:/shop/database-url",
          "KEY=secretsmanager:shop/api#key",
          "N=secretsmanager:shop/api#n",
        ],
        [
          [
            "ssm",
            "PutParameter",
            { Name: "/shop/database-url", Type: "SecureString", Value: value },
          ],
          [
            "secretsmanager",
            "CreateSecret",
            { Name: "shop/api", SecretString: '{"key":"k","n":1}' },
          ],
        ],
      );
      const { status, environment } = await run();
      expect(status).toBe(0);
      expect(environment).toMatchObject({ DATABASE_URL: value, KEY: "k", N: "1", PORT: "80" });
    });

    test("are read with the server's role, in its region, and signed", async () => {
      const { run, sandbox, asked } = await open(["A=ssm:/a"], [parameter("/a")]);
      const calls: unknown[] = [];
      sandbox.observe(({ operation, region: place, accessKeyId }) => {
        calls.push([operation, place, accessKeyId]);
      });
      expect((await run()).environment["A"]).toBe("hunter2");
      expect(calls).toEqual([["GetParameter", region, "ASIASERVER"]]);
      expect(asked).toEqual([
        ["PUT", "/latest/api/token", undefined],
        ...[
          "meta-data/iam/security-credentials/",
          "meta-data/iam/security-credentials/shop",
          "meta-data/placement/region",
          "meta-data/services/domain",
        ].map((path) => ["GET", `/latest/${path}`, "token"]),
      ]);
    });

    test("are asked for with the signature that AWS's own code makes", async () => {
      const { run, requests } = await open(["A=ssm:/a"], [parameter("/a")]);
      await run();
      const request = requests[0] ?? { method: "", headers: {} };
      const { authorization, ...unsigned } = request.headers;
      const signed = Object.fromEntries(
        (/SignedHeaders=([^,]+)/.exec(authorization ?? "")?.[1] ?? "")
          .split(";")
          .map((name) => [name, unsigned[name] ?? ""]),
      );
      const credentials = {
        accessKeyId: serverKey.AccessKeyId,
        secretAccessKey: serverKey.SecretAccessKey,
        sessionToken: serverKey.Token,
      };
      const signer = await new SSMClient({ region, credentials }).config.signer();
      const [, date = ""] = /^(\d{8}T\d{6})Z$/.exec(signed["x-amz-date"] ?? "") ?? [];
      const signingDate = new Date(
        date.replace(/(....)(..)(..)T(..)(..)(..)/, "$1-$2-$3T$4:$5:$6Z"),
      );
      const expected = await signer.sign(
        {
          protocol: "http:",
          hostname: "127.0.0.1",
          path: "/",
          ...request,
          query: {},
          headers: signed,
        },
        { signingDate },
      );
      expect(authorization).toBe(expected.headers["authorization"]);
    });

    test("that have a value already, as during the build, are not read", async () => {
      const { run, asked } = await open(["A=ssm:/a"], []);
      expect((await run({ A: "sqlite://" })).environment["A"]).toBe("sqlite://");
      expect(asked).toEqual([]);
    });

    test.each<[because: string, reference: string, calls: readonly Call[], why: string]>([
      ["does not exist", "ssm:/a", [], "ParameterNotFound: no message"],
      [
        "does not exist either",
        "secretsmanager:a",
        [],
        "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
      ],
      [
        "lacks the key",
        "secretsmanager:a#key",
        [["secretsmanager", "CreateSecret", { Name: "a", SecretString: '{"other":"1"}' }]],
        "its value is not a JSON object with the key key",
      ],
      [
        "is no JSON",
        "secretsmanager:a#key",
        [["secretsmanager", "CreateSecret", { Name: "a", SecretString: "text" }]],
        "its value is not a JSON object with the key key",
      ],
      [
        "is binary",
        "secretsmanager:a",
        [["secretsmanager", "CreateSecret", { Name: "a", SecretBinary: "AAEC" }]],
        "it is binary, and an environment variable is text",
      ],
      [
        "has a NUL character",
        "secretsmanager:a",
        [["secretsmanager", "CreateSecret", { Name: "a", SecretString: "a\0b" }]],
        "it has a NUL character, and an environment variable cannot have one",
      ],
    ])(
      "one that %s stops the start, and the journal says why",
      async (_because, reference, calls, why) => {
        const { run } = await open([`A=${reference}`, "B=ssm:/b"], [...calls, parameter("/b")]);
        const { status, errors, environment } = await run();
        expect(environment).toEqual({});
        expect(status).toBe(1);
        expect(errors).toBe(
          `the secret A cannot be read from ${reference}: ${why}\nthe application does not start without its secrets\n`,
        );
        expect(errors).not.toContain("hunter2");
      },
    );

    test("of a server without a role stop the start", async () => {
      const { run } = await open(["A=ssm:/a"], [parameter("/a")], { role: false });
      expect((await run()).errors).toContain("from ssm:/a: the server has no role\n");
    });

    test("are asked for again while a new role's permission is not everywhere yet", async () => {
      const { run, sandbox } = await open(["A=ssm:/a"], [parameter("/a")]);
      sandbox.setFaults({
        rules: [{ operation: "GetParameter", nth: 1, times: 2, kind: "deny" }],
      });
      expect((await run()).environment["A"]).toBe("hunter2");
    });

    test("that are denied say so in AWS's words", async () => {
      const { run, sandbox } = await open(["A=ssm:/a"], [parameter("/a")]);
      sandbox.setFaults({ rules: [{ operation: "GetParameter", kind: "deny" }] });
      expect((await run()).errors).toMatch(
        /^the secret A cannot be read from ssm:\/a: AccessDeniedException: User: \S+ is not authorized to perform: ssm:GetParameter/,
      );
    });
  },
);

function parameter(Name: string): Call {
  return ["ssm", "PutParameter", { Name, Type: "SecureString", Value: "hunter2" }];
}

/** The installed program, beside a sandbox with these contents and a server's metadata. */
async function open(
  references: readonly string[],
  calls: readonly Call[],
  { role = true }: { readonly role?: boolean } = {},
) {
  const sandbox = await createSandbox({ consistency: { maxMilliseconds: 0 } });
  for (const [service, operation, input] of calls) {
    await sandbox.call(service, operation, input, { region });
  }
  const requests: HttpRequestLike[] = [];
  const recording = {
    methods: sandbox.methods,
    handle: (request: HttpRequestLike) => {
      requests.push(request);
      return sandbox.handle(request);
    },
  };
  const served = await serveSandbox(recording, { port: 0 });
  onTestFinished(() => served.close());
  const metadata = await serveMetadata(region, { role });
  onTestFinished(metadata.close);
  const program = install(references);
  return {
    run: (more = {}) => run(program, served.url, metadata.url, more),
    sandbox,
    requests,
    asked: metadata.asked,
  };
}

/** The files that the build script writes, in a folder in place of the application's. */
function install(references: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "reconcile-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const secrets = Object.fromEntries(
    references.map((each) => [each.slice(0, each.indexOf("=")), each.slice(each.indexOf("=") + 1)]),
  );
  const [program, list] = secretsFiles({ ...application, secrets }).map(
    ({ path, content, mode }) => {
      const file = join(folder, basename(path));
      writeFileSync(file, content, { mode: Number.parseInt(mode, 8) });
      return file;
    },
  );
  expect([program, list]).toEqual([join(folder, "with-secrets"), join(folder, "secrets")]);
  return program ?? "";
}

/** Sleeping takes no time. */
const withoutPauses = `
import sys, time
time.sleep = lambda seconds: None
exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"), {"__name__": "__main__", "__file__": sys.argv.pop(1)})
`;

async function run(program: string, endpoint: string, metadata: string, more: object) {
  const env = {
    PATH: process.env["PATH"],
    PORT: "80",
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
    ...more,
  };
  const child = spawn("python3", ["-c", withoutPauses, program, "/usr/bin/env", "-0"], { env });
  const ended = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = await ended;
  const environment: Record<string, string> = Object.fromEntries(
    output
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return { status: Number(status), errors, environment };
}
