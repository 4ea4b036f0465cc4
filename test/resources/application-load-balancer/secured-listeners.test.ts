import { describe, expect, test } from "vitest";
import { PendingOutside } from "../../../src/engine/errors.ts";
import { changeListeners } from "../../../src/resources/application-load-balancer/changes.ts";
import {
  newCertificates,
  withLiveCertificates,
} from "../../../src/resources/application-load-balancer/secured-listeners.ts";
import {
  type ListenerFields,
  toSdkListener,
} from "../../../src/resources/application-load-balancer/settings.ts";
import { openStage } from "../answers.ts";

const forward = [{ targetGroup: "targets", weight: 1 }];
const http = (port: number, rest: Partial<ListenerFields> = {}): ListenerFields => ({
  port,
  protocol: "HTTP",
  forward,
  redirect: null,
  certificate: null,
  tls: null,
  ...rest,
});
const https = (certificate: string, port = 443): ListenerFields =>
  http(port, { protocol: "HTTPS", certificate, tls: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" });
const redirectTo = (port: number) =>
  http(80, {
    forward: null,
    redirect: { protocol: "HTTPS", port: String(port), status: "HTTP_301" },
  });
const toHttps = redirectTo(443);

describe("until the certificate is issued", () => {
  test("a new load balancer serves on the port that will redirect", () => {
    expect(withLiveCertificates([toHttps, https("new")], [])).toEqual([http(80)]);
  });

  test("a live one serves there, with the servers that it is to have", () => {
    const before = http(80, { forward: [{ targetGroup: "former", weight: 1 }] });
    expect(withLiveCertificates([toHttps, https("new")], [before])).toEqual([http(80)]);
  });

  test("a listener that redirects elsewhere, where nothing may be any more, serves", () => {
    const before = http(80, {
      forward: null,
      redirect: { protocol: "HTTP", port: "8080", status: "HTTP_301" },
    });
    expect(withLiveCertificates([toHttps, https("new")], [before])).toEqual([http(80)]);
  });

  test("a listener without encryption on the same port stays as it is", () => {
    expect(withLiveCertificates([https("new")], [http(443)])).toEqual([http(443)]);
  });

  test("an https listener keeps its certificate, and visitors are still sent there", () => {
    expect(withLiveCertificates([toHttps, https("new")], [toHttps, https("old")])).toEqual([
      toHttps,
      https("old"),
    ]);
  });

  test("the redirect to an https listener that is already there is set at once", () => {
    expect(withLiveCertificates([toHttps, https("old")], [http(80), https("old")])).toEqual([
      toHttps,
      https("old"),
    ]);
  });

  test("a redirect to a listener that somebody deleted serves by itself", () => {
    expect(withLiveCertificates([toHttps, https("new")], [toHttps])).toEqual([http(80)]);
    expect(withLiveCertificates([toHttps, https("old")], [toHttps])).toEqual([http(80)]);
  });

  test("a redirect that works stays, with the listener to which it leads", () => {
    const before = redirectTo(8443);
    const live = [before, https("old", 8443)];
    expect(withLiveCertificates([toHttps, https("new")], live)).toEqual(live);
    // The wanted port is there already, without encryption.
    const wanted = [toHttps, https("new")];
    expect(withLiveCertificates(wanted, [before, http(443), https("old", 8443)])).toEqual([
      before,
      http(443),
      https("old", 8443),
    ]);
  });

  test("a redirect serves by itself where its listener has no certificate, or answers otherwise", () => {
    const wanted = [toHttps, https("new")];
    expect(withLiveCertificates(wanted, [redirectTo(8443), http(8443)])).toEqual([
      http(80),
      http(8443),
    ]);
    const answering = http(80, { forward: null, other: "fixed-response 503" });
    expect(withLiveCertificates(wanted, [answering])).toEqual([http(80)]);
  });

  test("listeners on other ports go on to serve", () => {
    const live = [http(80), http(81), https("old", 8443)];
    const wanted = [toHttps, https("new")];
    expect(withLiveCertificates(wanted, live)).toEqual(live);
    expect(withLiveCertificates([https("new")], [http(8080)])).toEqual([http(8080)]);
    expect(withLiveCertificates([https("new", 80)], [http(443), http(8080)])).toEqual([
      http(443),
      http(8080),
    ]);
  });

  test("an https listener does not wait for a certificate that the load balancer has", () => {
    const live = [http(80), https("old")];
    const wanted = [redirectTo(8443), https("old", 8443)];
    expect(withLiveCertificates(wanted, live)).toBe(wanted);
    expect(withLiveCertificates([...wanted, https("new", 9443)], live)).toEqual([
      redirectTo(8443),
      https("old"),
      https("old", 8443),
    ]);
  });

  test("if nothing else would forward, its port does so without encryption, for the checks", () => {
    expect(withLiveCertificates([https("new")], [])).toEqual([http(443)]);
    expect(withLiveCertificates([https("new"), https("new", 8443)], [])).toEqual([http(443)]);
    const answering = http(81, { forward: null, other: "fixed-response 503" });
    expect(withLiveCertificates([https("new")], [answering])).toEqual([answering, http(443)]);
    const instead = { ...answering, port: 443 };
    expect(withLiveCertificates([https("new")], [instead])).toEqual([http(443)]);
  });

  test("nothing opens without encryption where something forwards", () => {
    for (const live of [[http(80)], [https("old", 8443)], [https("old")]]) {
      const between = withLiveCertificates([https("new")], live);
      expect(between.map(({ port, certificate }) => [port, certificate])).toEqual(
        live.map(({ port, certificate }) => [port, certificate]),
      );
    }
  });

  test("it is so again after what it made of them itself", () => {
    const lives = [[], [http(80)], [toHttps], [redirectTo(8443), https("old", 8443)]];
    for (const live of lives) {
      for (const wanted of [[https("new")], [toHttps, https("new")]]) {
        const between = withLiveCertificates(wanted, live);
        expect(withLiveCertificates(wanted, between)).toEqual(between);
      }
    }
  });
});

describe("listeners that are set", () => {
  const action = (listener: ListenerFields) => toSdkListener(listener).DefaultActions;

  async function set(
    statuses: Readonly<Record<string, string>>,
    wanted: readonly ListenerFields[],
    before: ListenerFields = http(80),
  ) {
    const stage = openStage({
      "acm:DescribeCertificate": ({ CertificateArn }) => ({
        Certificate: {
          Status: statuses[String(CertificateArn)],
          DomainValidationOptions: [
            {
              DomainName: "shop.example.com",
              ResourceRecord: { Name: "_a.", Type: "CNAME", Value: "_b." },
            },
          ],
        },
      }),
      "acm:ListTagsForCertificate": { Tags: [] },
      "elbv2:DescribeListeners": {
        Listeners: [{ ListenerArn: "arn:80", Port: 80 }],
      },
      "elbv2:CreateListener": {},
      "elbv2:ModifyListener": {},
      "elbv2:DeleteListener": {},
    });
    const live = {
      id: "arn",
      address: "application-load-balancer/web",
      fields: { listeners: [before] },
    };
    const fields = { listeners: wanted };
    const input = { context: stage.context, live, fields } as never;
    const error = await changeListeners(input).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const writes = stage.calls.filter((call) => /:(Create|Modify|Delete)/.test(call));
    return { stage, error, writes };
  }

  test("are the wanted ones at once if AWS has issued all certificates", async () => {
    const wanted = [https("one"), https("other", 8443)];
    const { stage, error, writes } = await set({ one: "ISSUED", other: "ISSUED" }, wanted);
    expect(error).toBeUndefined();
    expect(writes).toEqual([
      "elbv2:CreateListener",
      "elbv2:CreateListener",
      "elbv2:DeleteListener",
    ]);
    expect(stage.asked("elbv2:CreateListener")).toMatchObject([
      { Port: 443, Protocol: "HTTPS", DefaultActions: action(https("one")) },
      { Port: 8443, Protocol: "HTTPS" },
    ]);
    expect(stage.passed()).toBe(0);
  });

  test("are nothing else in between, not even where a redirect leads nowhere", async () => {
    const { error, writes } = await set({ one: "ISSUED" }, [toHttps, https("one")], toHttps);
    expect(error).toBeUndefined();
    expect(writes).toEqual(["elbv2:CreateListener"]);
  });

  test("stay as they are if somebody has to act before AWS issues one of them", async () => {
    const wanted = [https("one"), https("other", 8443)];
    const { error, writes } = await set({ one: "ISSUED", other: "PENDING_VALIDATION" }, wanted);
    expect(error).toBeInstanceOf(PendingOutside);
    expect(writes).toEqual([]);
  });
});

test("listeners without new certificates are the wanted ones", () => {
  for (const wanted of [[http(80)], [toHttps, https("old")]]) {
    expect(withLiveCertificates(wanted, [toHttps, https("old")])).toBe(wanted);
  }
});

test("a certificate is new if no listener has it yet", () => {
  expect(newCertificates([https("new"), https("new", 8443), https("old", 9443)], [])).toEqual([
    "new",
    "old",
  ]);
  expect(newCertificates([https("new"), https("old", 9443)], [https("old")])).toEqual(["new"]);
  expect(newCertificates([http(80)], [https("old")])).toEqual([]);
});
