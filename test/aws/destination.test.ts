import { describe, expect, test } from "vitest";
import {
  describeDestination,
  destinationOf,
  destinationOfAnswer,
  destinationOfError,
  rememberDestination,
} from "../../src/aws/destination.ts";

const shared = "endpoint_url of the shared configuration";

describe("where a request goes", () => {
  test.each<[hostname: string, origin: string | undefined]>([
    ["ec2.eu-west-1.amazonaws.com", undefined],
    ["ec2.cn-north-1.amazonaws.com.cn", undefined],
    ["ec2.eusc-de-east-1.amazonaws.eu", undefined],
    ["ec2.eu-west-1.api.aws", undefined],
    ["oidc.eu-west-1.aws.dev", undefined],
    ["ec2.cn-north-1.api.amazonwebservices.com.cn", undefined],
    ["ec2.us-iso-east-1.c2s.ic.gov", undefined],
    ["ec2.us-isob-east-1.sc2s.sgov.gov", undefined],
    ["amazonaws.com.example", shared],
    ["notamazonaws.com", shared],
    ["ec2.eu-west-1.amazonaws.com.example", shared],
    ["127.0.0.1", shared],
  ])("to %s, which %s names", (hostname, origin) => {
    const destination = destinationOf({ protocol: "https:", hostname }, {});
    expect(destination).toEqual({ url: `https://${hostname}`, ...(origin && { origin }) });
  });

  const target = { protocol: "http:", hostname: "127.0.0.1", port: 4566 };
  const here = "http://127.0.0.1:4566";
  test.each<[because: string, env: Record<string, string | undefined>, origin: string]>([
    ["the general variable", { AWS_ENDPOINT_URL: here }, "AWS_ENDPOINT_URL"],
    ["that of a service", { AWS_ENDPOINT_URL_EC2: here }, "AWS_ENDPOINT_URL_EC2"],
    [
      "the service's own before the general one",
      { AWS_ENDPOINT_URL: here, AWS_ENDPOINT_URL_EC2: `${here}/path` },
      "AWS_ENDPOINT_URL_EC2",
    ],
    [
      "whichever leads there",
      { AWS_ENDPOINT_URL: here, AWS_ENDPOINT_URL_EC2: "http://127.0.0.1:1" },
      "AWS_ENDPOINT_URL",
    ],
    ["none that is no URL", { AWS_ENDPOINT_URL: "127", AWS_ENDPOINT_URL_EC2: undefined }, shared],
    ["none of another name", { AWS_ENDPOINT_URLS: here, MY_AWS_ENDPOINT_URL: here }, shared],
  ])("is told by %s", (_because, env, origin) => {
    expect(destinationOf(target, env)).toEqual({ url: here, origin });
  });

  test("that is no URL has no variable, not even an empty one", () => {
    const nowhere = { protocol: "http:", hostname: "a b" };
    expect(destinationOf(nowhere, { AWS_ENDPOINT_URL: "" }).origin).toBe(shared);
  });

  test("is made harmless, and says which proxy it goes through", () => {
    const via = { shown: "http://proxy:3128", variable: "HTTPS_PROXY" };
    const hostile = { protocol: "https:", hostname: "a\u001b[2J.amazonaws.com" };
    expect(describeDestination(destinationOf(hostile, {}, via))).toBe(
      "https://a\\u001b[2J.amazonaws.com, through the proxy http://proxy:3128 (HTTPS_PROXY)",
    );
    expect(describeDestination(destinationOf(target, {}))).toBe(`${here} (${shared})`);
  });
});

describe("where an answer comes from", () => {
  const destination = { url: "https://ec2.eu-west-1.amazonaws.com" };

  test("is known of the answer, and of the error in its place", () => {
    const response = {};
    rememberDestination(response, destination);
    expect(destinationOfAnswer(response)).toBe(destination);
    expect(destinationOfError(Object.assign(new Error("x"), { $response: response }))).toBe(
      destination,
    );
    const error = new Error("refused");
    rememberDestination(error, destination);
    expect(destinationOfError(error)).toBe(destination);
  });

  test.each([undefined, null, "text", 1, new Error("x")])("is not known of %s", (of) => {
    if (!(of instanceof Error)) rememberDestination(of, destination);
    expect(destinationOfError(of)).toBeUndefined();
    expect(destinationOfAnswer(of)).toBeUndefined();
  });
});
