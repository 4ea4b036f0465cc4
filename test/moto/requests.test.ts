import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { readScenario } from "../scenarios/scenario.ts";
import { python } from "./account.ts";
import { readQuery } from "./query.ts";
import { inScratch, playInSandbox } from "./sandbox-stage.ts";

interface Recorded {
  readonly service: string;
  readonly body: string;
  /** `AmazonSSM.GetParameter`, of a service that speaks JSON. */
  readonly target?: string;
  /** `GET /2013-04-01/change/C1`, of a service whose requests name their operation by it. */
  readonly line?: string;
}

interface Report {
  readonly checked: number;
  readonly problems: readonly { readonly request: string; readonly problem: string }[];
}

async function check(requests: readonly Recorded[]): Promise<Report> {
  const child = spawn(python(), [join(import.meta.dirname, "check_requests.py")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(requests));
  return JSON.parse(await text(child.stdout)) as Report;
}

const directory = join(import.meta.dirname, "../scenarios/cases");

/** Every change that a network of a stack's own needs at some time. */
const changesOfNetworks = [
  ...["CreateVpc", "ModifyVpcAttribute", "DeleteVpc", "CreateFlowLogs", "DeleteFlowLogs"],
  ...["CreateInternetGateway", "AttachInternetGateway", "DetachInternetGateway"],
  ...["DeleteInternetGateway", "CreateSubnet", "ModifySubnetAttribute", "DeleteSubnet"],
  ...["CreateRouteTable", "CreateRoute", "ReplaceRoute", "DeleteRoute", "DeleteRouteTable"],
  ...["AssociateRouteTable", "ReplaceRouteTableAssociation", "AllocateAddress", "ReleaseAddress"],
  ...["CreateNatGateway", "DeleteNatGateway"],
  ...["CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"],
];

describe("every request of the product is one that botocore's models allow", () => {
  const recorded = new Map<string, Recorded>();

  // In the embedded AWS, because it can play every scenario.
  test.each(readdirSync(directory).sort())("record the scenario %s", (file) =>
    inScratch(async (scratch) => {
      await playInSandbox(
        readScenario(join(directory, file)),
        scratch,
        (authorization, body, target, line) => {
          const { service } = readQuery(authorization, body);
          // Its requests are no forms, and contents of any kind. bucket.test.ts plays them on moto.
          if (service === "s3") return;
          // The same request again proves nothing new.
          recorded.set(`${target ?? line} ${body}`, {
            service,
            body,
            ...(target !== undefined && { target }),
            ...(service === "route53" && { body: body === "undefined" ? "" : body, line }),
          });
        },
      );
    }),
  );

  test("check them", async () => {
    const { checked, problems } = await check([...recorded.values()]);
    expect(problems).toEqual([]);
    // The product calls some two hundred operations; much fewer would mean that nothing was recorded.
    const actions = [...recorded.values()].map(
      ({ body, target }) => target ?? new URLSearchParams(body).get("Action"),
    );
    expect(new Set(actions).size).toBeGreaterThan(40);
    expect(actions).toContain("AmazonSSM.DescribeParameters");
    expect(actions).toContain("CertificateManager.RequestCertificate");
    expect(actions).toContain("AWSWAF_20190729.UpdateWebACL");
    expect(actions).toContain("GraniteServiceVersion20100801.PutMetricAlarm");
    expect(actions).toContain("Subscribe");
    expect(actions).toContain("PutWarmPool");
    expect(actions).toEqual(expect.arrayContaining(changesOfNetworks));
    const lines = [...recorded.values()].flatMap(({ line }) => line ?? []).join("\n");
    expect(lines).toMatch(/^POST \/2013-04-01\/hostedzone\/\w+\/rrset$/m);
    expect(checked).toBe(recorded.size);
  });
});

describe("a request for Route 53 that the models do not allow is found", () => {
  const change = (action: string, record: string) =>
    `<?xml version="1.0"?><ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change><Action>${action}</Action><ResourceRecordSet>${record}</ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
  const record = "<Name>shop.example.com</Name><Type>CNAME</Type><TTL>60</TTL>";
  const post = "POST /2013-04-01/hostedzone/Z1/rrset";
  const cases: readonly (readonly [string, string, string, string | undefined])[] = [
    ["nothing is wrong", post, change("CREATE", record), undefined],
    ["nothing is wrong with a question", "GET /2013-04-01/change/C1", "", undefined],
    ["a word is none of its enumeration", post, change("MAKE", record), "none of ['CREATE'"],
    ["a required member is missing", post, change("CREATE", "<Type>A</Type>"), '"Name"'],
    ["the model has no such member", post, change("CREATE", `${record}<Owner>a</Owner>`), "Owner"],
    ["the model has no such operation", "GET /2013-04-01/everything", "", "there is no operation"],
    [
      "the model has no such parameter",
      "GET /2013-04-01/hostedzonesbyname?dnsname=example.com&owner=a",
      "",
      "owner",
    ],
    ["a text is too long", `GET /2013-04-01/hostedzone/${"Z".repeat(40)}`, "", "more than"],
  ];

  test.each(cases)("%s", async (_because, line, body, problem) => {
    const { problems } = await check([{ service: "route53", body, line }]);
    const told = problems.map((each) => each.problem).join("\n");
    expect(problem === undefined ? told === "" : told.includes(problem), told).toBe(true);
  });
});

describe("a request that the models do not allow is found", () => {
  const autoScaling = { service: "autoscaling", version: "2011-01-01" };
  const ec2 = { service: "ec2", version: "2016-11-15" };
  const cases = [
    {
      because: "a required parameter is missing",
      ...autoScaling,
      form: { Action: "DeleteAutoScalingGroup" },
      problem: "Missing required parameter",
    },
    {
      because: "the model has no such parameter",
      ...ec2,
      form: { Action: "DescribeImages", Owner: "self" },
      problem: "Owner is 'self'",
    },
    {
      because: "the model has no such operation",
      ...ec2,
      form: { Action: "DescribeEverything" },
      problem: "there is no operation DescribeEverything",
    },
    {
      because: "a number is no number",
      ...autoScaling,
      form: { Action: "DescribeAutoScalingGroups", MaxRecords: "many" },
      problem: "cannot be read by the model",
    },
    {
      because: "a number is too small",
      ...ec2,
      form: { Action: "DescribeSecurityGroups", MaxResults: "1" },
      problem: "valid min value: 5",
    },
    {
      because: "a text is too long",
      ...autoScaling,
      form: { Action: "DeleteAutoScalingGroup", AutoScalingGroupName: "a".repeat(256) },
      problem: "more than 255",
    },
    {
      because: "a word is none of its enumeration",
      ...autoScaling,
      form: { Action: "StartInstanceRefresh", AutoScalingGroupName: "a", Strategy: "Sudden" },
      problem: "none of ['Rolling'",
    },
    {
      because: "a list skips a place, so that AWS stops reading there",
      ...ec2,
      form: { Action: "DescribeImages", "ImageId.2": "ami-1" },
      problem: "ImageId.2 is 'ami-1'",
    },
    {
      because: "it is for another version of the service",
      ...ec2,
      version: "2010-01-01",
      form: { Action: "DescribeImages" },
      problem: "Version is 2010-01-01",
    },
  ];

  test.each(cases)("$because", async ({ service, version, form, problem }) => {
    const body = new URLSearchParams({ Version: version, ...form }).toString();
    const { checked, problems } = await check([{ service, body }]);
    expect(checked).toBe(1);
    expect(problems.map((each) => each.problem).join("\n")).toContain(problem);
  });

  test.each([
    ["a required parameter is missing", "DescribeSecret", {}, "Missing required parameter"],
    [
      "the model has no such parameter",
      "DescribeSecret",
      { SecretId: "a", Name: "a" },
      'Unknown parameter in input: "Name"',
    ],
    ["the model has no such operation", "DescribeEverything", {}, "there is no operation"],
    ["a text is too long", "DescribeSecret", { SecretId: "a".repeat(2049) }, "more than 2048"],
  ])("in JSON: %s", async (_because, operation, input, problem) => {
    const body = JSON.stringify(input);
    const target = `secretsmanager.${operation}`;
    const { problems } = await check([{ service: "secretsmanager", body, target }]);
    expect(problems.map((each) => each.problem).join("\n")).toContain(problem);
  });

  test("of CloudWatch, whose requests are signed for another name", async () => {
    const input = { AlarmName: "a", EvaluationPeriods: 1, ComparisonOperator: "Above" };
    const target = "GraniteServiceVersion20100801.PutMetricAlarm";
    const body = JSON.stringify(input);
    const { problems } = await check([{ service: "monitoring", body, target }]);
    expect(problems.map((each) => each.problem).join("\n")).toContain("none of ['GreaterThan");
  });
});
