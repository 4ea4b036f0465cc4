import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { HttpRequest } from "@smithy/core/protocols";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type ApiCall, createClients } from "../../src/aws/clients.ts";
import { everyPage } from "../../src/aws/paging.ts";
import { openAccount } from "../resources/account.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const credentials = { accessKeyId: "AKIDGIVEN", secretAccessKey: "b" };

/** Shared files of these texts, and no variable but those that are given. */
function configure(
  files: { readonly config?: string; readonly credentials?: string; readonly token?: string },
  variables: Readonly<Record<string, string>> = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-clients-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  vi.stubEnv("AWS_CONFIG_FILE", join(directory, "config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(directory, "credentials"));
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return directory;
}

/** Takes the network's place: one answer to all, and what it was asked. */
function answering(body: string, statusCode = 200) {
  const received: HttpRequest[] = [];
  let open = true;
  return {
    received,
    isOpen: () => open,
    handle: (request: HttpRequest) => {
      received.push(request);
      const headers = { "content-type": "text/xml" };
      return Promise.resolve({ response: { statusCode, headers, body: Buffer.from(body) } });
    },
    destroy: () => {
      open = false;
    },
  };
}

const noVpcs = "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/></DescribeVpcsResponse>";
const refusal = (code: string, message: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`;

describe("the SDK's clients", () => {
  test("tell of each call once, with its attempts", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({
      rules: [{ operation: "DescribeVpcs", times: 3, kind: "throttle" }],
    });
    const { ec2 } = account.clients;
    await account.pass(ec2.send(new DescribeVpcsCommand({})));
    const calls = account.takeCalls();
    expect(calls).toMatchObject([{ operation: "ec2:DescribeVpcs", attempts: 4 }]);
    expect(calls[0]).not.toHaveProperty("error");
  });

  test.each([
    ["throttle", "throttled"],
    ["internal-error", "unavailable"],
    ["unavailable", "unavailable"],
  ] as const)("outlast some %s, and give up at last", async (kind, meaning) => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind }] });
    const sending = account.pass(account.clients.ec2.send(new DescribeVpcsCommand({})));
    await expect(sending).rejects.toMatchObject({ kind: meaning, operation: "ec2:DescribeVpcs" });
    const [call] = account.takeCalls();
    expect(call?.attempts).toBeGreaterThan(5);
    expect(call?.error).toBeDefined();
  });

  test("fail at once where repeating does not help", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind: "deny" }] });
    const sending = account.pass(account.clients.ec2.send(new DescribeVpcsCommand({})));
    await expect(sending).rejects.toMatchObject({ kind: "denied" });
    expect(account.takeCalls()).toMatchObject([{ attempts: 1, error: "UnauthorizedOperation" }]);
  });

  test("survive a connection that breaks", async () => {
    const account = await openAccount();
    account.sandbox.setFaults({ rules: [{ kind: "drop", times: 2 }] });
    await account.pass(account.clients.ec2.send(new DescribeVpcsCommand({})));
    expect(account.takeCalls()).toMatchObject([{ attempts: 3 }]);
  });

  test("repeat what Elastic Load Balancing alone calls throttling, at throttling's pace", async () => {
    const account = await openAccount();
    const fault = { kind: "error", code: "DependencyThrottle", message: "Rate exceeded" } as const;
    const operation = "DescribeLoadBalancers";
    account.sandbox.setFaults({ rules: [{ operation, ...fault, status: 400, times: 9 }] });
    // All nine waits at their longest: 1 s, doubled up to 20 s.
    vi.spyOn(Math, "random").mockReturnValue(0.999_999);
    const started = Date.now();
    await account.pass(account.clients.loadBalancing.send(new DescribeLoadBalancersCommand({})));
    expect(account.takeCalls()).toMatchObject([{ attempts: 10 }]);
    expect(Date.now() - started).toBeGreaterThan(105_000);
  });

  test.each(["ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN", "ENOTFOUND", "EAI_AGAIN"])(
    "repeat a call that ends with the system's %s",
    async (code) => {
      const account = await openAccount();
      let broken = 2;
      const clients = createClients({
        region: account.sandbox.region,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
        requestHandler: {
          handle: (request: HttpRequest) => {
            broken -= 1;
            if (broken < 0) return account.sandbox.requestHandler.handle(request);
            return Promise.reject(Object.assign(new Error(`connect ${code}`), { code }));
          },
        },
      });
      const { Vpcs } = await account.pass(clients.ec2.send(new DescribeVpcsCommand({})));
      expect(Vpcs).toHaveLength(1);
      expect(broken).toBe(-1);
    },
  );

  test("name each call as IAM does, and are made once", async () => {
    const account = await openAccount();
    const { clients } = account;
    await account.pass(
      Promise.all([
        clients.ec2.send(new DescribeVpcsCommand({})),
        clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
        clients.loadBalancing.send(new DescribeLoadBalancersCommand({})),
        clients.sts.send(new GetCallerIdentityCommand({})),
      ]),
    );
    expect(
      account
        .takeCalls()
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual([
      "autoscaling:DescribeAutoScalingGroups",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeLoadBalancers",
      "sts:GetCallerIdentity",
    ]);
    expect(clients.ec2).toBe(clients.ec2);
  });

  test("tell how long a call took", async () => {
    const calls: ApiCall[] = [];
    const { ec2 } = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: answering(noVpcs),
      onCall: (call) => calls.push(call),
    });
    const started = performance.now();
    await ec2.send(new DescribeVpcsCommand({}));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.milliseconds).toBeLessThanOrEqual(performance.now() - started);
  });

  test("send nothing once they are destroyed, and leave the network", async () => {
    const network = answering(noVpcs);
    const clients = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: network,
    });
    await clients.ec2.send(new DescribeVpcsCommand({}));
    expect(network.isOpen()).toBe(true);
    clients.destroy();
    expect(network.isOpen()).toBe(false);
    const late = clients.ec2.send(new DescribeVpcsCommand({}));
    await expect(late).rejects.toMatchObject({ name: "AbortError" });
    expect(network.received).toHaveLength(1);
  });

  test("ask nobody for credentials once they are destroyed", async () => {
    let asked = 0;
    const { ec2, destroy } = createClients({
      region: "ap-southeast-2",
      credentials: () => {
        asked += 1;
        return Promise.resolve(credentials);
      },
      requestHandler: answering(noVpcs),
    });
    destroy();
    const late = ec2.send(new DescribeVpcsCommand({}));
    await expect(late).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toBe(0);
  });

  test("give up a call whose answer comes after that, and tell of none", async () => {
    const network = answering(noVpcs);
    const calls: ApiCall[] = [];
    const clients = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: {
        handle: (request) => {
          clients.destroy();
          return network.handle(request);
        },
      },
      onCall: (call) => calls.push(call),
    });
    const sending = clients.ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({ name: "AbortError" });
    expect(calls).toEqual([]);
  });

  test("refuse an answer without the list that it is about", async () => {
    const { ec2 } = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: answering(
        "<DescribeSubnetsResponse><requestId>r</requestId></DescribeSubnetsResponse>",
      ),
    });
    await expect(ec2.send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: expect.stringContaining(
        "the answer to ec2:DescribeSubnets has no list of Subnets, not even an empty one",
      ),
    });
  });

  test("tell which call it is whose pages have no end", async () => {
    const { ec2 } = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: answering(
        "<DescribeVpcsResponse><requestId>r</requestId><vpcSet/><nextToken>n</nextToken></DescribeVpcsResponse>",
      ),
    });
    const pages = paginateDescribeVpcs({ client: ec2 }, {});
    await expect(everyPage(pages, ({ Vpcs }) => Vpcs)).rejects.toMatchObject({
      code: "EndlessPages",
      operation: "ec2:DescribeVpcs",
    });
  });

  test.each<[because: string, region: string | undefined, message: string, code: string]>([
    ["without a region", undefined, "no AWS region is set", "RegionMissing"],
    [
      "with a region that can be none",
      "no region",
      'Region not accepted: region="no region" is not a valid hostname component.',
      "RegionInvalid",
    ],
  ])("%s say where to name one", async (_because, region, message, code) => {
    configure({});
    const calls: ApiCall[] = [];
    const clients = createClients({ region, credentials, onCall: (call) => calls.push(call) });
    const expected = {
      message,
      code,
      kind: "region",
      remedy:
        "Set a region: --region, AWS_REGION, region: in the stack file, or region of the profile.",
      cause: expect.any(Error),
    };
    await expect(clients.region()).rejects.toMatchObject({
      ...expected,
      operation: "ec2:DescribeRegions",
    });
    const sending = clients.ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({ ...expected, operation: "ec2:DescribeVpcs" });
    expect(calls).toMatchObject([{ operation: "ec2:DescribeVpcs", attempts: 1, error: code }]);
    clients.destroy();
  });

  test("do not take AWS's own words about a region for that", async () => {
    const { ec2 } = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: answering(refusal("OptInRequired", "Region not subscribed"), 401),
    });
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "OptInRequired",
      message: expect.stringContaining("Region not subscribed"),
    });
  });

  test.each<[because: string, first: string, second: string, region: string]>([
    ["AWS_REGION goes before AWS_DEFAULT_REGION", "eu-central-1", "us-east-1", "eu-central-1"],
    ["which goes before the profile", "", "us-east-1", "us-east-1"],
    ["which comes last", "", "", "sa-east-1"],
  ])("take the region from the environment: %s", async (_because, first, second, region) => {
    configure(
      { config: "[default]\nregion = sa-east-1\n" },
      { AWS_REGION: first, AWS_DEFAULT_REGION: second },
    );
    const clients = createClients();
    expect(await clients.region()).toBe(region);
    clients.destroy();
  });

  test("take region and keys from the profile that is named", async () => {
    configure({
      config: "[default]\nregion = sa-east-1\n[profile work]\nregion = eu-west-1\n",
      credentials:
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = s\n[work]\nregion = eu-west-3\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n",
    });
    const network = answering(noVpcs);
    const clients = createClients({ profile: "work", requestHandler: network });
    // As the AWS CLI has it, the file of credentials goes before the other one.
    expect(await clients.region()).toBe("eu-west-3");
    await clients.ec2.send(new DescribeVpcsCommand({}));
    expect(network.received).toMatchObject([
      { headers: { authorization: expect.stringMatching(/AKIDWORK.*eu-west-3/) } },
    ]);
  });

  test("take what is given instead", async () => {
    configure(
      { config: "[default]\nregion = sa-east-1\nendpoint_url = https://aws.example.com\n" },
      { AWS_ACCESS_KEY_ID: "AKIDVARIABLE", AWS_SECRET_ACCESS_KEY: "s" },
    );
    const network = answering(noVpcs);
    const endpoint = "https://other.example.com";
    const clients = createClients({
      region: "eu-west-2",
      endpoint,
      credentials,
      requestHandler: network,
    });
    await clients.ec2.send(new DescribeVpcsCommand({}));
    expect(network.received).toMatchObject([
      {
        hostname: "other.example.com",
        headers: { authorization: expect.stringMatching(/AKIDGIVEN.*eu-west-2/) },
      },
    ]);
  });
});

describe("credentials", () => {
  const ask = (profile: string | undefined, requestHandler = answering(noVpcs)) =>
    createClients({ region: "ap-southeast-2", profile, requestHandler }).ec2.send(
      new DescribeVpcsCommand({}),
    );

  const files = (directory: string) =>
    `${join(directory, "config")} or ${join(directory, "credentials")}`;

  test.each<[profile: string | undefined, variables: Readonly<Record<string, string>>]>([
    ["nobody", { AWS_PROFILE: "other" }],
    [undefined, { AWS_PROFILE: "nobody" }],
  ])("of a profile that does not exist: %s, %j", async (profile, variables) => {
    const directory = configure(
      {
        config: "[profile base]\nregion = x\n[sso-session us]\n[services s]\n",
        credentials: "[team]\naws_access_key_id = a\n",
      },
      variables,
    );
    const expected = {
      message: `the profile nobody does not exist in ${files(directory)}`,
      remedy:
        "The profiles are: base, team. Name one of them (--profile, AWS_PROFILE), or create it: aws configure --profile nobody",
      cause: expect.any(Error),
    };
    await expect(ask(profile)).rejects.toMatchObject({
      ...expected,
      code: "CredentialsProviderError",
      kind: "credentials",
      operation: "ec2:DescribeVpcs",
    });
    await expect(createClients({ profile }).region()).rejects.toMatchObject(expected);
  });

  test("of no profile at all, and of very many", async () => {
    configure({});
    await expect(ask("it's")).rejects.toMatchObject({
      remedy: `These files have no profiles. Create one: aws configure --profile 'it'\\''s'`,
    });
    const names = Array.from({ length: 22 }, (_, index) => `p${String(index).padStart(2, "0")}`);
    configure({ credentials: names.map((name) => `[${name}]\nregion = x\n`).join("") });
    await expect(ask("nobody")).rejects.toMatchObject({
      remedy: expect.stringMatching(/^The profiles are: p00, .*, p19, and 2 more\. Name/),
    });
  });

  test("of a profile that refers to one that does not exist", async () => {
    const directory = configure({
      config:
        "[profile team]\nrole_arn = arn:aws:iam::123456789012:role/team\nsource_profile = gone\n",
    });
    await expect(ask("team")).rejects.toMatchObject({
      message: `the profile gone (source_profile) does not exist in ${files(directory)}`,
    });
  });

  test("of a profile that gives none", async () => {
    configure({ config: "[profile empty]\nregion = eu-west-1\n" });
    await expect(ask("empty")).rejects.toMatchObject({
      message: expect.stringMatching(/^the profile empty gives no credentials: .*Could not/),
      remedy: expect.stringMatching(
        /^"aws sts get-caller-identity --profile empty" says why\. Set valid AWS credentials/,
      ),
    });
  });

  test("that need an MFA code are fetched by the AWS CLI, which can ask for it", async () => {
    configure({
      config:
        "[profile base]\n[profile team]\nrole_arn = arn:aws:iam::123456789012:role/team\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/ann\n",
      credentials: "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n",
    });
    await expect(ask("team")).rejects.toMatchObject({
      message: expect.stringMatching(/^the profile team gives no credentials: .*multi-factor/),
      remedy:
        'The profile needs an MFA code (mfa_serial), and reconcile cannot ask for one. Let the AWS CLI ask, then run the same command again without the profile: eval "$(aws configure export-credentials --profile team --format env)"',
    });
  });

  test.each([
    [
      "sso_session = us\nsso_account_id = 123456789012\nsso_role_name = team\n[sso-session us]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
    ],
    [
      "sso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = team\n",
    ],
  ])("of SSO that nobody has signed in to: %j", async (config) => {
    configure({ config: `[profile team]\n${config}` }, { HOME: "/nonexistent" });
    await expect(ask("team")).rejects.toMatchObject({
      remedy: "Sign in again, then run the same command again: aws sso login --profile team",
    });
  });

  test("of a sign-in of the AWS CLI that nobody has made", async () => {
    configure(
      { config: "[profile team]\nlogin_session = arn:aws:iam::123456789012:user/ann\n" },
      { HOME: "/nonexistent" },
    );
    await expect(ask("team")).rejects.toMatchObject({
      message: expect.stringMatching(/^the profile team gives no credentials: /),
      remedy: "Sign in again, then run the same command again: aws login --profile team",
    });
  });

  test("of a process that fails", async () => {
    configure({ config: "[profile team]\ncredential_process = false\n" });
    await expect(ask("team")).rejects.toMatchObject({
      message: expect.stringMatching(/^the profile team gives no credentials: /),
      remedy:
        "The credential_process of the profile failed. This command runs it and shows what it says: aws configure export-credentials --profile team",
    });
  });

  test("of the default profile are told with its remedy", async () => {
    configure({ config: "[default]\ncredential_process = false\n" });
    await expect(ask(undefined)).rejects.toMatchObject({
      message: expect.not.stringContaining("the profile"),
      remedy: expect.stringMatching(/aws configure export-credentials$/),
    });
  });

  const role = "arn:aws:iam::123456789012:role/ci";
  test.each<[where: string, file: string, said: string]>([
    ["variable", "gone", "does not exist"],
    ["profile", "gone", "does not exist"],
    ["variable", ".", "cannot be read"],
  ])("of a web identity token file that is not there (%s, %s)", async (where, file, said) => {
    const isVariable = where === "variable";
    const path = file === "." ? tmpdir() : "/nonexistent/token";
    configure(
      isVariable
        ? {}
        : { config: `[profile ci]\nweb_identity_token_file = ${path}\nrole_arn = ${role}\n` },
      isVariable ? { AWS_WEB_IDENTITY_TOKEN_FILE: path, AWS_ROLE_ARN: role } : {},
    );
    const origin = isVariable
      ? "AWS_WEB_IDENTITY_TOKEN_FILE"
      : "web_identity_token_file of the profile";
    await expect(ask(isVariable ? undefined : "ci")).rejects.toMatchObject({
      message: `the web identity token file ${path} (${origin}) ${said}`,
      code: "CredentialsProviderError",
      kind: "credentials",
      remedy: expect.stringContaining(`Check the path in ${origin}. In Kubernetes`),
    });
  });

  test("of a web identity token that has expired", async () => {
    const directory = configure({ token: "t" });
    vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", join(directory, "token"));
    vi.stubEnv("AWS_ROLE_ARN", role);
    const network = answering(
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredTokenException</Code><Message>Token expired: current date/time 1764320000 must be before the expiration date/time 1764310000</Message></Error><RequestId>r</RequestId></ErrorResponse>",
      400,
    );
    await expect(ask(undefined, network)).rejects.toMatchObject({
      code: "ExpiredTokenException",
      remedy: expect.stringMatching(/^AWS refused the web identity token\. Renew the file/),
    });
  });

  test("that nobody gives are told without one", async () => {
    configure({});
    await expect(ask(undefined)).rejects.toMatchObject({
      message: expect.not.stringContaining("the profile"),
      kind: "credentials",
      remedy: expect.stringContaining("Set valid AWS credentials"),
    });
  });

  test("that AWS refuses are no fault of the profile", async () => {
    configure(
      {},
      { AWS_PROFILE: "work", AWS_ACCESS_KEY_ID: "AKIDVARIABLE", AWS_SECRET_ACCESS_KEY: "s" },
    );
    const clients = createClients({
      region: "ap-southeast-2",
      credentials,
      requestHandler: answering(refusal("AuthFailure", "not able to validate"), 401),
    });
    await expect(clients.ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "AuthFailure",
      message: expect.not.stringContaining("the profile"),
    });
  });

  test("that could not be fetched are told with what came in between", async () => {
    configure({
      config:
        "[profile base]\n[profile team]\nrole_arn = arn:aws:iam::123456789012:role/team\nsource_profile = base\n",
      credentials: "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n",
    });
    const network = answering("<html>Please log in</html>");
    await expect(ask("team", network)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^credentials could not be loaded: UnreadableAnswer: .*Please log in/,
      ),
      code: "UnreadableAnswer",
      kind: "network",
      operation: "ec2:DescribeVpcs",
      remedy: expect.stringContaining("proxy"),
      cause: expect.any(Error),
    });
    expect(network.received).toHaveLength(1);
  });
});
