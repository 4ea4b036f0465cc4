import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeSubnetsCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Clients, createClients } from "../../src/aws/clients.ts";
import { openEndpoint } from "./loopback.ts";

type Headers = Readonly<Record<string, string>>;

const xml = { "content-type": "text/xml;charset=UTF-8" };
const html = { "content-type": "text/html" };

/** An endpoint that gives every request one answer, and clients that ask it. */
async function answering(status: number, headers: Headers, body: string) {
  // The random part of every wait is nothing.
  vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  const endpoint = await openEndpoint((_request, response) => {
    response.writeHead(status, headers).end(body);
  });
  const clients = createClients({
    region: "ap-southeast-2",
    endpoint: endpoint.url,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  onTestFinished(() => clients.destroy());
  return { ...clients, clients, endpoint, ec2: clients.ec2 };
}

const page = "<html><body>\u001b[2J<h1>Please\u202e log in</h1></body></html>";

describe("what is no answer of AWS", () => {
  test.each<[because: string, status: number, headers: Headers, body: string, words: string]>([
    [
      "a sign-in page",
      200,
      html,
      page,
      'it sent status 200, text/html, "\\u001b[2J Please\\u202e log in"',
    ],
    ["nothing", 200, {}, "", "it sent status 200 and no content"],
    ["nothing, and says so", 204, {}, "", "it sent status 204 and no content"],
    [
      "JSON",
      200,
      { "content-type": "application/json" },
      '{"Account":"1"}',
      "application/json, \"{'Account':'1'}\"",
    ],
    [
      "a redirection",
      302,
      { location: "http://login.example/" },
      "",
      'it sent status 302 with a redirect to "http://login.example/"',
    ],
    ["a refusal of a firewall", 403, html, page, "it sent status 403, text/html"],
    [
      "an answer to another question",
      200,
      xml,
      "<DescribeSubnetsResponse><requestId>r</requestId><subnetSet/></DescribeSubnetsResponse>",
      "it answered DescribeVpcs with DescribeSubnetsResponse",
    ],
    [
      "an error as if it were none",
      200,
      xml,
      "<Response><Errors><Error><Code>X</Code></Error></Errors><RequestID>r</RequestID></Response>",
      "it answered DescribeVpcs with Response",
    ],
    [
      "an answer without a request id",
      200,
      xml,
      "<DescribeVpcsResponse><requestId></requestId><vpcSet/></DescribeVpcsResponse>",
      "has no request id",
    ],
    [
      "a document type, which AWS never sends",
      200,
      xml,
      "<!DOCTYPE x><DescribeVpcsResponse><requestId>r</requestId></DescribeVpcsResponse>",
      "it sent status 200",
    ],
    [
      "an error without a code",
      400,
      xml,
      "<Response><Errors><Error><Code></Code><Message>no</Message></Error></Errors></Response>",
      "it sent status 400, text/xml;charset=UTF-8",
    ],
    ["another's error", 404, xml, "<UnknownOperationException/>", "it sent status 404"],
  ])("%s is refused at once, in words", async (_because, status, headers, body, words) => {
    const { ec2, endpoint } = await answering(status, headers, body);
    const sending = ec2.send(new DescribeVpcsCommand({}));
    await expect(sending).rejects.toMatchObject({
      code: "UnreadableAnswer",
      kind: "network",
      operation: "ec2:DescribeVpcs",
      message: expect.stringContaining(words),
      remedy: expect.stringContaining("endpoint_url"),
    });
    await expect(sending).rejects.toMatchObject({
      message: expect.stringContaining(`the server at ${endpoint.url} (`),
    });
    expect(endpoint.received).toHaveLength(1);
  });

  test.each<[because: string, body: string]>([
    ["many comments before a page", `${"<!-- a -->\n".repeat(300)}<html></html>`],
    ["many comments before nothing", "<!-- a -->\n".repeat(32)],
  ])("%s are read in no time", async (_because, body) => {
    const { ec2 } = await answering(200, html, body);
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
    });
  });

  test.each<[because: string, status: number, headers: Headers, body: string]>([
    ["a proxy whose other side is away", 502, html, page],
    ["a load balancer without servers", 503, {}, ""],
    ["one that is asked too much", 429, html, page],
    [
      "an answer that was cut",
      200,
      xml,
      "<DescribeVpcsResponse><requestId>r</requestId><vpcSet><item><vpcId>vpc-1</vpc",
    ],
  ])("%s is tried again, then told in words", async (_because, status, headers, body) => {
    const { ec2, endpoint } = await answering(status, headers, body);
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: expect.stringContaining("is not AWS"),
    });
    expect(endpoint.received).toHaveLength(10);
  });

  test("is none of any service", async () => {
    const { autoScaling, loadBalancing, sts } = await answering(200, html, page);
    for (const sending of [
      autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
      loadBalancing.send(new DescribeLoadBalancersCommand({})),
      sts.send(new GetCallerIdentityCommand({})),
    ]) {
      await expect(sending).rejects.toMatchObject({ code: "UnreadableAnswer" });
    }
  });

  test("XML of the right beginning and end that is none in between is refused, too", async () => {
    const body =
      "<DescribeVpcsResponse><requestId>r</requestId><vpcSet><item></vpcSet></DescribeVpcsResponse>";
    const { ec2, endpoint } = await answering(200, xml, body);
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "UnreadableAnswer",
      message: expect.stringContaining(endpoint.url),
    });
  });
});

describe("what is an answer of AWS", () => {
  test.each<[because: string, headers: Headers, body: string]>([
    [
      "with a request id in the document",
      xml,
      '<?xml version="1.0"?>\n<!-- a > b --><!-- c -->\n<DescribeVpcsResponse xmlns="http://x/">\n  <requestId>r</requestId><vpcSet/></DescribeVpcsResponse>\n',
    ],
    [
      "with a request id in a header alone",
      { "X-Amzn-RequestId": "r" },
      "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>",
    ],
  ])("%s passes", async (_because, headers, body) => {
    const { ec2 } = await answering(200, headers, body);
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  });

  test.each<[because: string, status: number, body: string, kind: string]>([
    [
      "EC2's",
      403,
      "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors><RequestID>r</RequestID></Response>",
      "denied",
    ],
    [
      "the others'",
      403,
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>",
      "credentials",
    ],
  ])("%s errors keep their meaning", async (_because, status, body, kind) => {
    const { ec2, endpoint } = await answering(status, xml, body);
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({ kind });
    expect(endpoint.received).toHaveLength(1);
  });
});

describe("a clock that is wrong", () => {
  const hours = 3_600_000;
  const error = (code: string, words: string) =>
    `<Response><Errors><Error><Code>${code}</Code><Message>${words}</Message></Error></Errors><RequestID>r</RequestID></Response>`;
  test.each<[code: string, words: string, ahead: number, told: string]>([
    ["RequestExpired", "Request has expired.", 3 * hours, "clock is 3 h behind AWS's"],
    ["AuthFailure", "not able to validate the credentials", -1 * hours, "60 min ahead of AWS's"],
    ["RequestTimeTooSkewed", "too large", 72 * hours, "3 days behind AWS's"],
    ["SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2", 0, "Signature expired"],
    ["InvalidSignatureException", "Signature not yet current: 1", 0, "not yet current"],
  ])("is what %s is about: %s", async (code, words, ahead, told) => {
    const date = new Date(Date.now() + ahead).toUTCString();
    const { ec2 } = await answering(400, { ...xml, date }, error(code, words));
    await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      kind: "clock",
      code,
      message: expect.stringContaining(told),
      remedy: expect.stringContaining("clock"),
    });
  });

  test.each(["RequestExpired", "AuthFailure", "SignatureDoesNotMatch"])(
    "is not blamed where it is right: %s",
    async (code) => {
      const { ec2 } = await answering(400, xml, error(code, "no"));
      await expect(ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
        kind: "credentials",
      });
    },
  );
});

describe("an answer without its list", () => {
  const ec2Answer = (list: string) =>
    `<DescribeSubnetsResponse><requestId>r</requestId>${list}</DescribeSubnetsResponse>`;
  const queryAnswer = (action: string, list: string) =>
    `<${action}Response><${action}Result>${list}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`;
  type Ask = (clients: Clients) => Promise<object>;
  const subnets: Ask = ({ ec2 }) => ec2.send(new DescribeSubnetsCommand({}));
  const groups: Ask = ({ autoScaling }) =>
    autoScaling.send(new DescribeAutoScalingGroupsCommand({}));
  const balancers: Ask = ({ loadBalancing }) =>
    loadBalancing.send(new DescribeLoadBalancersCommand({}));

  test.each<[operation: string, ask: Ask, body: string]>([
    ["ec2:DescribeSubnets", subnets, ec2Answer("")],
    ["autoscaling:DescribeAutoScalingGroups", groups, queryAnswer("DescribeAutoScalingGroups", "")],
    [
      "elasticloadbalancing:DescribeLoadBalancers",
      balancers,
      queryAnswer("DescribeLoadBalancers", ""),
    ],
  ])("is half of one, and does not say that nothing is there: %s", async (operation, ask, body) => {
    const { clients, endpoint } = await answering(200, xml, body);
    await expect(ask(clients)).rejects.toMatchObject({
      code: "UnreadableAnswer",
      kind: "network",
      operation,
      message: expect.stringMatching(
        new RegExp(`${endpoint.url} .* is not AWS: the answer to ${operation} has no list`),
      ),
    });
  });

  test.each<[ask: Ask, list: string, body: string]>([
    [subnets, "Subnets", ec2Answer("<subnetSet/>")],
    [subnets, "Subnets", ec2Answer("<subnetSet></subnetSet>")],
    [subnets, "Subnets", ec2Answer("<subnetSet>\n  </subnetSet>")],
    [
      groups,
      "AutoScalingGroups",
      queryAnswer("DescribeAutoScalingGroups", "<AutoScalingGroups>\n</AutoScalingGroups>"),
    ],
    [
      balancers,
      "LoadBalancerDescriptions",
      queryAnswer("DescribeLoadBalancers", "<LoadBalancerDescriptions/>"),
    ],
  ])("is another thing than an empty one: %#", async (ask, list, body) => {
    const { clients } = await answering(200, xml, body);
    expect(await ask(clients)).toMatchObject({ [list]: [] });
  });
});

describe("credentials that no header can hold", () => {
  test.each<[part: object, words: string]>([
    [{ accessKeyId: "a", secretAccessKey: "b", sessionToken: "x\ny" }, "AWS_SESSION_TOKEN"],
    [{ accessKeyId: "a\nb", secretAccessKey: "b" }, "AWS_ACCESS_KEY_ID"],
  ])("are told by their names, and not shown: %j", async (part, words) => {
    const credentials = { accessKeyId: "", secretAccessKey: "", ...part };
    const { url, received } = await openEndpoint((_request, response) => void response.end());
    const clients = createClients({ region: "ap-southeast-2", endpoint: url, credentials });
    onTestFinished(() => clients.destroy());
    await expect(clients.ec2.send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: "MalformedCredentials",
      kind: "credentials",
      message: expect.stringContaining(words),
      remedy: expect.stringContaining("Set valid AWS credentials"),
    });
    expect(received).toEqual([]);
  });
});
