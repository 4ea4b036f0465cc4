import type { CreateListenerCommandInput } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { refusal } from "../clients.ts";
import { imported, listenerOf, openSecureFront, secure, usersOf } from "./https.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("an HTTPS listener", () => {
  test("is described with its certificate and the usual policy", async () => {
    const front = await openSecureFront();
    const certificate = await imported(front.acm);
    const { ListenerArn } = await secure(front, certificate);
    expect(await listenerOf(front, ListenerArn)).toMatchObject({
      ListenerArn,
      Port: 443,
      Protocol: "HTTPS",
      SslPolicy: "ELBSecurityPolicy-2016-08",
      Certificates: [{ CertificateArn: certificate }],
    });
    expect((await listenerOf(front, ListenerArn))?.Certificates?.[0]).not.toHaveProperty(
      "IsDefault",
    );
    expect(await usersOf(front, certificate)).toEqual([front.balancer]);
    expect(front.account.sandbox.inventory()["listener"]?.map(({ name }) => name)).toContain(
      "HTTPS:443",
    );
  });

  test("is the same for the same settings only", async () => {
    const front = await openSecureFront();
    const certificate = await imported(front.acm);
    const made = await secure(front, certificate);
    expect((await secure(front, certificate)).ListenerArn).toBe(made.ListenerArn);
    const strict = secure(front, certificate, {
      SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    });
    expect((await refusal(strict)).code).toBe("DuplicateListenerException");
    const other = await imported(front.acm, "elliptic");
    expect((await refusal(secure(front, other))).code).toBe("DuplicateListenerException");
  });

  test.each<[string, Partial<CreateListenerCommandInput>, string, RegExp]>([
    ["no certificate", { Certificates: [] }, "ValidationError", /^A certificate must be specified/],
    [
      "two certificates",
      { Certificates: [{ CertificateArn: "arn:a" }, { CertificateArn: "arn:b" }] },
      "ValidationError",
      /'1' certificate/,
    ],
    [
      "an unknown policy",
      { SslPolicy: "none" },
      "SSLPolicyNotFoundException",
      /^SSL policy 'none' not found$/,
    ],
    [
      "HTTP with a certificate",
      { Protocol: "HTTP" },
      "ValidationError",
      /^A certificate cannot be specified for HTTP listeners$/,
    ],
    [
      "HTTP with a policy",
      { Protocol: "HTTP", Certificates: [], SslPolicy: "ELBSecurityPolicy-2016-08" },
      "ValidationError",
      /^An SSL policy cannot/,
    ],
    [
      "a mode of mutual authentication",
      { MutualAuthentication: { Mode: "verify" } },
      "UnsupportedOperation",
      /mutual authentication/,
    ],
  ])("is refused: %s", async (_, more, code, message) => {
    const front = await openSecureFront();
    const certificate = await imported(front.acm);
    expect(await refusal(secure(front, certificate, more))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("can have a certificate with an ECDSA key, and redirect to a port without a listener", async () => {
    const front = await openSecureFront();
    const made = await secure(front, await imported(front.acm, "elliptic"), {
      DefaultActions: [
        {
          Type: "redirect",
          RedirectConfig: { Protocol: "HTTPS", Port: "8443", StatusCode: "HTTP_301" },
        },
      ],
    });
    expect(made.DefaultActions?.[0]?.RedirectConfig?.Port).toBe("8443");
  });
});
