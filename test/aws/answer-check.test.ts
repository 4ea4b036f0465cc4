import { describe, expect, test } from "vitest";
import { requireAnswerOfAws } from "../../src/aws/answer-check.ts";
import { AnswerError } from "../../src/aws/answer-error.ts";
import type { Destination } from "../../src/aws/destination.ts";

type Headers = Readonly<Record<string, string>>;

const query = "Action=DescribeVpcs&Version=2016-11-15";
const aws = { url: "https://ec2.eu-west-1.amazonaws.com" };
const again = "Then run the same command again to resume.";

/** What is said of an answer; undefined where it is AWS's. */
function said(
  request: unknown,
  statusCode: number,
  headers: Headers,
  text: string,
  destination: Destination = aws,
): unknown {
  try {
    const body = new TextEncoder().encode(text);
    requireAnswerOfAws({ body: request }, { statusCode, headers }, body, destination);
    return undefined;
  } catch (error) {
    return error;
  }
}

const whole = (inside: string) => `<DescribeVpcsResponse>${inside}</DescribeVpcsResponse>`;
const good = whole("<requestId>r</requestId>");
const far = " ".repeat(5_000);

describe("a document of the operation is AWS's", () => {
  test.each<[because: string, headers: Headers, body: string]>([
    ["with a request id", {}, good],
    ["after a declaration", {}, `<?xml version="1.0"?>${good}`],
    ["after a declaration and an end of line", {}, `\n<?xml version="1.0"?>\n  ${good}\n`],
    ["after a comment", {}, `<!-- a > b\n-->${good}`],
    ["of a namespace", {}, good.replace("Response>", 'Response xmlns="http://x/">')],
    ["with a request id far from its beginning", {}, whole(`${far}<requestId>r</requestId>`)],
    ["with a request id far from its end", {}, whole(`<RequestId>r</RequestId>${far}`)],
    ["with a header of some services", { "X-Amzn-RequestId": "r" }, whole("")],
    ["with a header of others", { "x-amz-request-id": "r" }, whole("")],
  ])("%s", (_because, headers, body) => {
    expect(said(query, 200, headers, body)).toBeUndefined();
  });

  test.each(['{"roleCredentials":{}}', "{}"])("or %s where no query was asked", (body) => {
    for (const request of [undefined, "{}", "x=1&Action=DescribeVpcs", new Uint8Array(1)]) {
      expect(said(request, 200, {}, body)).toBeUndefined();
    }
  });

  test.each<[request: unknown, status: number, body: string]>([
    [query, 400, "<Response><Errors><Error><Code>X</Code></Error></Errors></Response>"],
    [query, 503, "<ErrorResponse><Error><Code>\n X</Code></Error></ErrorResponse>"],
    [query, 400, "<Response><Error></Error><Error><Code>X</Code></Error></Response>"],
    [undefined, 400, '{"message":"no"}'],
  ])("and so is an error's: %s, %i, %s", (request, status, body) => {
    expect(said(request, status, {}, body)).toBeUndefined();
  });
});

describe("anything else is not", () => {
  const notAws = "the server at https://ec2.eu-west-1.amazonaws.com is not AWS: ";
  const html = { "Content-Type": "text/html" };
  const plain = '"plain"';
  test.each<
    [
      words: string,
      isTransient: boolean,
      request: unknown,
      status: number,
      headers: Headers,
      body: string,
    ]
  >([
    [`it sent status 200, ${plain}`, false, query, 200, {}, "plain"],
    [`it sent status 200, text/html, ${plain}`, false, query, 200, html, "plain"],
    [`it sent status 200, ${plain}`, false, query, 200, { "content-type": "" }, "plain"],
    ["it sent status 200 and no content", false, query, 200, html, ""],
    ["it sent status 204 and no content", false, query, 204, {}, ""],
    ['it sent status 201, "r"', false, query, 201, {}, good],
    ["it sent status 300", false, query, 300, {}, good],
    [
      'it sent status 399 with a redirect to "http://a\\u001b/"',
      false,
      query,
      399,
      { Location: "http://a\u001b/" },
      "",
    ],
    [
      'it answered DescribeVpcs with OtherResponse: it sent status 200, "r"',
      false,
      query,
      200,
      {},
      "<OtherResponse>r</OtherResponse>",
    ],
    ['it sent status 200, "r"', false, query, 200, {}, "<ResponseOther>r</ResponseOther>"],
    ['it sent status 200, "r"', false, query, 200, {}, `<!DOCTYPE html>${good}`],
    ['it sent status 200, "x r"', false, query, 200, {}, `x${good}`],
    ["the answer to DescribeVpcs is incomplete", true, query, 200, {}, good.slice(0, -1)],
    ["the answer to DescribeVpcs has no request id", false, query, 200, {}, whole("")],
    [
      "the answer to DescribeVpcs has no request id",
      false,
      query,
      200,
      { "x-amzn-requestid": "" },
      whole("<requestId> </requestId>"),
    ],
    ['it sent status 400, "no"', false, query, 400, {}, "<Response><Code>no</Code></Response>"],
    [
      'it sent status 400, "X"',
      false,
      query,
      400,
      {},
      "<Other><Error><Code>X</Code></Error></Other>",
    ],
    [
      'it sent status 400, "<Response><Error><Code> </Code></Error></Response>"',
      false,
      query,
      400,
      {},
      "<Response><Error><Code> </Code></Error></Response>",
    ],
    ['it sent status 400, "X"', false, query, 400, {}, "<Response><Error><Code>X</Code></Error>"],
    ["it sent status 499 and no content", false, query, 499, {}, ""],
    ["it sent status 408 and no content", true, query, 408, {}, ""],
    ["it sent status 429 and no content", true, query, 429, {}, ""],
    ["it sent status 500 and no content", true, query, 500, {}, ""],
    ['it sent status 400, "[]"', false, undefined, 400, {}, "[]"],
    ['it sent status 200, "[]"', false, undefined, 200, {}, "[]"],
    ['it sent status 200, "null"', false, undefined, 200, {}, "null"],
    ['it sent status 200, "1"', false, undefined, 200, {}, "1"],
    ["it sent status 200, \"'a'\"", false, undefined, 200, {}, '"a"'],
    ['it sent status 200, "r"', false, undefined, 200, {}, good],
  ])("%s (transient: %s)", (words, isTransient, request, status, headers, body) => {
    const error = said(request, status, headers, body);
    expect(error).toMatchObject({
      name: "UnreadableAnswer",
      message: `${notAws}${words}`,
      $metadata: { httpStatusCode: status },
    });
    expect(error).toHaveProperty("mostAttempts", isTransient ? undefined : 1);
  });

  test.each<[destination: Destination, remedy: string]>([
    [
      aws,
      `Something between this machine and AWS answers in its place: a network's sign-in page (open any page in a browser), a proxy or a firewall. ${again}`,
    ],
    [
      { ...aws, origin: "AWS_ENDPOINT_URL" },
      `Correct AWS_ENDPOINT_URL, or remove it to use AWS itself. ${again}`,
    ],
    [
      {
        ...aws,
        origin: "AWS_ENDPOINT_URL",
        via: { shown: "http://proxy:3128", variable: "HTTP_PROXY" },
      },
      `Read what the proxy answers. Correct HTTP_PROXY, or add the endpoint to NO_PROXY if it needs no proxy. ${again}`,
    ],
  ])("and where it comes from tells what to do: %j", (destination, remedy) => {
    expect(said(query, 200, {}, "", destination)).toMatchObject({ remedy });
  });
});

test("an answer that is too late brings another remedy, unless it has its own", () => {
  const late = { name: "TimeoutError", destination: aws } as const;
  expect(new AnswerError("late", late)).toMatchObject({
    name: "TimeoutError",
    remedy: `Check the connection to AWS. If this machine reaches AWS through a proxy, set HTTPS_PROXY. ${again}`,
  });
  expect(new AnswerError("late", { ...late, remedy: "Wait." }).remedy).toBe("Wait.");
});

/** The same of a call of the protocols in which method and path say what is asked. */
function saidOfRest(
  service: "s3" | "route53",
  method: string,
  statusCode: number,
  headers: Headers,
  text: string,
): unknown {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/${service}/aws4_request, Signature=0`;
  const body = new TextEncoder().encode(text);
  const request = { method, headers: { authorization } };
  try {
    requireAnswerOfAws(request, { statusCode, headers }, body, aws);
    return undefined;
  } catch (cause) {
    return cause;
  }
}

describe("an answer to S3", () => {
  const id = { "x-amz-request-id": "r" };
  const error = "<Error><Code>NoSuchBucket</Code></Error>";
  const asked = (method: string, status: number, headers: Headers, text: string): unknown =>
    saidOfRest("s3", method, status, headers, text);

  test.each<[because: string, method: string, status: number, headers: Headers, body: string]>([
    ["a document", "GET", 200, id, "<ListAllMyBucketsResult></ListAllMyBucketsResult>"],
    ["an empty document", "GET", 200, id, '<VersioningConfiguration xmlns="http://x/"/>'],
    ["a policy", "GET", 200, id, '{"Statement":[]}'],
    ["nothing", "PUT", 200, id, ""],
    ["nothing, deleted", "DELETE", 204, id, ""],
    ["what nobody reads", "PUT", 200, id, "True"],
    ["an error", "GET", 404, id, error],
    [
      "an error with the id in the document",
      "GET",
      404,
      {},
      error.replace("</E", "<RequestId>r</RequestId></E"),
    ],
    ["that a bucket is elsewhere", "GET", 301, id, error],
  ])("is AWS's: %s", (_because, method, status, headers, body) => {
    expect(asked(method, status, headers, body)).toBeUndefined();
  });

  test.each<
    [
      because: string,
      method: string,
      status: number,
      headers: Headers,
      body: string,
      attempts?: number,
    ]
  >([
    ["a sign-in page", "GET", 200, {}, "<html>Please log in</html>", 1],
    ["a sign-in page in the place of nothing", "PUT", 200, {}, "", 1],
    ["a text", "GET", 200, id, "Please log in", 1],
    ["a redirect of a network", "GET", 302, { location: "http://login" }, "", 1],
    ["an error without a code", "GET", 404, id, "<Error></Error>", 1],
    ["an error of nobody", "GET", 404, {}, error, 1],
    ["a proxy whose backend restarts", "GET", 503, {}, "<html></html>"],
    ["half a document that ends with an element", "GET", 200, id, "<A><B/>"],
    ["half a document", "GET", 200, id, "<ListAllMyBucketsResult><Buckets>"],
    ["an error that came too late for its status", "POST", 200, id, error],
  ])("is not AWS's: %s", (_because, method, status, headers, body, attempts) => {
    const refused = asked(method, status, headers, body);
    expect(refused).toBeInstanceOf(AnswerError);
    expect(refused).toMatchObject({ mostAttempts: attempts });
  });
});

describe("an answer to Route 53", () => {
  const id = { "x-amzn-requestid": "r" };
  const zones =
    '<?xml version="1.0"?>\n<ListHostedZonesByNameResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZones/></ListHostedZonesByNameResponse>';
  const inside = "<Error><Type>Sender</Type><Code>NoSuchHostedZone</Code></Error>";
  const error = `<ErrorResponse>${inside}<RequestId>r</RequestId></ErrorResponse>`;
  // "InvalidChangeBatch", API Reference: its document has no code.
  const batch =
    "<InvalidChangeBatch><Messages><Message>RRSet already exists</Message></Messages><RequestId>r</RequestId></InvalidChangeBatch>";

  test.each<[because: string, method: string, status: number, headers: Headers, body: string]>([
    ["a document", "GET", 200, id, zones],
    [
      "a change",
      "POST",
      200,
      id,
      "<ChangeResourceRecordSetsResponse></ChangeResourceRecordSetsResponse>",
    ],
    ["a new zone", "POST", 201, id, "<CreateHostedZoneResponse></CreateHostedZoneResponse>"],
    ["an error", "GET", 404, {}, error],
    [
      "an error with the id in a header",
      "POST",
      400,
      id,
      error.replace(/<RequestId>.*?<.RequestId>/, ""),
    ],
    ["a batch that it refuses", "POST", 400, {}, batch],
    [
      "an error of its servers",
      "GET",
      503,
      {},
      error.replace("NoSuchHostedZone", "ServiceUnavailable"),
    ],
  ])("is AWS's: %s", (_because, method, status, headers, body) => {
    expect(saidOfRest("route53", method, status, headers, body)).toBeUndefined();
  });

  test.each<
    [
      because: string,
      method: string,
      status: number,
      headers: Headers,
      body: string,
      attempts?: number,
    ]
  >([
    ["a sign-in page", "GET", 200, {}, "<html>Please log in</html>", 1],
    ["a document without a request id", "GET", 200, {}, zones, 1],
    ["JSON's empty text", "GET", 200, {}, "{}", 1],
    [
      "an error without a code",
      "GET",
      404,
      id,
      "<ErrorResponse><Error></Error></ErrorResponse>",
      1,
    ],
    [
      "a batch that nobody refused for a reason",
      "POST",
      400,
      id,
      "<InvalidChangeBatch></InvalidChangeBatch>",
      1,
    ],
    ["an error of nobody", "GET", 404, {}, `<ErrorResponse>${inside}</ErrorResponse>`, 1],
    ["a proxy whose backend restarts", "GET", 503, {}, "<html></html>"],
    ["half an error of its servers", "GET", 503, id, error.slice(0, -1)],
    ["half a document", "GET", 200, id, zones.slice(0, -1)],
  ])("is not AWS's: %s", (_because, method, status, headers, body, attempts) => {
    const refused = saidOfRest("route53", method, status, headers, body);
    expect(refused).toBeInstanceOf(AnswerError);
    expect(refused).toMatchObject({ mostAttempts: attempts });
  });
});

describe("an answer of JSON without content", () => {
  const id = { "x-amzn-RequestId": "r" };

  test("is AWS's where AWS names the request: DeleteCertificate has no result", () => {
    expect(said(new Uint8Array(1), 200, id, "")).toBeUndefined();
  });

  test.each<[because: string, request: unknown, status: number, headers: Headers]>([
    ["nobody names the request", new Uint8Array(1), 200, {}],
    ["the request is named by nothing", new Uint8Array(1), 200, { "x-amzn-requestid": "" }],
    ["it is an error's, which has a code", new Uint8Array(1), 400, id],
    ["the status is no success", new Uint8Array(1), 204, id],
    ["XML is expected", query, 200, id],
  ])("is not where %s", (_because, request, status, headers) => {
    expect(said(request, status, headers, "")).toMatchObject({
      message: expect.stringMatching(/it sent status \d+ and no content$/),
      mostAttempts: 1,
    });
  });

  test("is nothing but white space, if it has any", () => {
    expect(said(new Uint8Array(1), 200, id, " ")).toBeInstanceOf(AnswerError);
  });
});
