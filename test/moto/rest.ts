import { z } from "zod";
import { WireRequest } from "../../src/sandbox/protocol/request.ts";
import { route53 } from "../../src/sandbox/route-53/service.ts";
import { s3 } from "../../src/sandbox/s3/service.ts";

/** One request of the protocol of S3 and Route 53 or of AWS JSON, as it is on the wire. */
export interface RestRequest {
  readonly method: string;
  /** With its parameters: `/my-bucket?tagging`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The operation of a request. Undefined for one of the query protocols. */
export function restOperationOf(request: RestRequest): string | undefined {
  // `AmazonSSM.DescribeParameters`
  const target = request.headers["x-amz-target"];
  if (target !== undefined) return target.slice(target.indexOf(".") + 1);
  const [path = "", search] = request.url.split("?");
  const wire = new WireRequest({
    method: request.method,
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers: request.headers,
  });
  const service = [s3, route53].find(({ protocol }) => protocol.claims(wire));
  return service?.protocol.operationOf(wire);
}

/**
 * moto's S3, Route 53 and services that speak JSON, with what they lack and without which no bucket and no firewall could
 * be played at all:
 *
 * - "CreateBucket", Amazon S3 API Reference: `Tags` tags the new bucket. moto ignores them. They are set right after.
 * - "Condition" of a policy's statement: a statement applies only where it holds. moto applies it always, so a policy
 *   against requests without TLS would refuse every request. Policies are kept here, and moto has none.
 * - A new bucket has a public access block and an encryption ("Default settings for new S3 buckets"). moto's has none,
 *   which is the same to the product.
 * - "CheckCapacity", AWS WAFV2 API Reference: every plan of a new web ACL asks what its rules need. moto does not know the
 *   question, and says of every web ACL that it has that it needs 3 units. So this is the answer.
 * - "DescribeCertificate", AWS Certificate Manager API Reference: `InUseBy` has what uses the certificate now. moto's has
 *   every listener that was created with it. Those that are gone, or have another one, are taken out of the answer.
 */
export class Rest {
  readonly #moto: string;
  readonly #policies = new Map<string, string>();

  constructor(moto: string) {
    this.#moto = moto;
  }

  async answer(request: RestRequest, operation: string): Promise<RestAnswer> {
    const [path = ""] = request.url.split("?");
    const bucket = path.split("/")[1] ?? "";
    switch (operation) {
      case "PutBucketPolicy":
        this.#policies.set(bucket, request.body.toString());
        return answered(204);
      case "GetBucketPolicy": {
        const policy = this.#policies.get(bucket);
        return policy === undefined ? this.#forward(request) : answered(200, policy);
      }
      case "DeleteBucketPolicy":
        this.#policies.delete(bucket);
        return answered(204);
      case "DeleteBucket":
        this.#policies.delete(bucket);
        return this.#forward(request);
      case "CreateBucket":
        return this.#create(request, path);
      case "CheckCapacity":
        return answered(200, '{"Capacity":3}');
      case "DescribeCertificate":
        return this.#describeCertificate(request);
      default:
        return this.#forward(request);
    }
  }

  async #create(request: RestRequest, path: string): Promise<RestAnswer> {
    const answer = await this.#forward(request);
    const tags = /<Tags>(.*)<\/Tags>/s.exec(request.body.toString())?.[1];
    if (answer.status === 200 && tags !== undefined) {
      const body = Buffer.from(`<Tagging><TagSet>${tags}</TagSet></Tagging>`);
      const { authorization = "" } = request.headers;
      await this.#forward({
        method: "PUT",
        url: `${path}?tagging`,
        headers: { authorization },
        body,
      });
    }
    return answer;
  }

  async #describeCertificate(request: RestRequest): Promise<RestAnswer> {
    const answer = await this.#forward(request);
    if (answer.status !== 200) return answer;
    const { Certificate } = described.parse(JSON.parse(answer.body.toString()));
    const users: string[] = [];
    for (const listener of Certificate.InUseBy) {
      const Action = "DescribeListeners";
      const Version = "2015-12-01";
      const body = new URLSearchParams({ Action, Version, "ListenerArns.member.1": listener });
      const { authorization = "" } = request.headers;
      const found = await this.#forward({
        method: "POST",
        url: "/",
        headers: {
          authorization: authorization.replace("/acm/", "/elasticloadbalancing/"),
          "content-type": "application/x-www-form-urlencoded",
        },
        body: Buffer.from(body.toString()),
      });
      if (found.body.includes(Certificate.CertificateArn)) users.push(listener);
    }
    return answered(200, JSON.stringify({ Certificate: { ...Certificate, InUseBy: users } }));
  }

  async #forward({ method, url, headers, body }: RestRequest): Promise<RestAnswer> {
    const { host: _, connection: __, "content-length": ___, expect: ____, ...sent } = headers;
    const response = await fetch(`${this.#moto}${url}`, {
      method,
      headers: sent,
      ...(method !== "GET" && method !== "HEAD" && { body: new Uint8Array(body) }),
    });
    const content = Buffer.from(await response.arrayBuffer());
    const kept = [...response.headers].filter(
      ([name]) => !/^(connection|transfer-encoding|content-encoding)$/.test(name),
    );
    return { status: response.status, headers: Object.fromEntries(kept), body: content };
  }
}

const described = z.object({
  Certificate: z.looseObject({ CertificateArn: z.string(), InUseBy: z.array(z.string()) }),
});

function answered(status: number, body = ""): RestAnswer {
  const headers = { "x-amz-request-id": "0", "content-type": "application/json" };
  return { status, headers, body: Buffer.from(body) };
}
