/** One request of AWS's query protocols, as it is on the wire. */
export interface QueryRequest {
  /** As the signature's scope names it: `ec2`. */
  readonly service: string;
  readonly region: string;
  readonly action: string;
  readonly form: URLSearchParams;
  readonly authorization: string;
}

export interface QueryAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** @throws Error when it is no signed request. */
export function readQuery(authorization: string | undefined, body: string): QueryRequest {
  const [, region, service] =
    /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
      authorization ?? "",
    ) ?? [];
  if (authorization === undefined || region === undefined || service === undefined) {
    throw new Error("the request is not signed");
  }
  const form = new URLSearchParams(body);
  return { service, region, action: form.get("Action") ?? "", form, authorization };
}

/** The same caller's request for something else of the same service. */
export function another(
  request: QueryRequest,
  action: string,
  parameters: Readonly<Record<string, string>>,
): QueryRequest {
  const version = request.form.get("Version") ?? "";
  return {
    ...request,
    action,
    form: new URLSearchParams({ Action: action, Version: version, ...parameters }),
  };
}

/** The text of every element of that name, in order. */
export function elements(answer: QueryAnswer, name: string): string[] {
  return [...answer.body.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(
    ([, text = ""]) => text,
  );
}

export function ec2Answer(action: string, content: string): QueryAnswer {
  return answerOf(
    `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>00000000-0000-4000-8000-000000000000</requestId>${content}</${action}Response>`,
  );
}

export function autoScalingAnswer(action: string, result: string): QueryAnswer {
  return answerOf(
    `<${action}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></${action}Response>`,
  );
}

function answerOf(document: string): QueryAnswer {
  return {
    status: 200,
    type: "text/xml",
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}`,
  };
}
