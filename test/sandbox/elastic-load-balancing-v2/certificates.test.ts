import { DeleteCertificateCommand } from "@aws-sdk/client-acm";
import {
  AddListenerCertificatesCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DescribeListenerCertificatesCommand,
  ModifyListenerCommand,
  RemoveListenerCertificatesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { acmClient, described, prove, request } from "../certificate-manager/certificates.ts";
import { refusal } from "../clients.ts";
import { createZone } from "../route-53/domain.ts";
import {
  imported,
  listenerOf,
  openSecureFront,
  type SecureFront,
  secure,
  usersOf,
} from "./https.ts";

const hour = 60 * 60;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 22) });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a certificate of ACM", () => {
  test("is unsupported while it is pending, and found some time after it is issued", async () => {
    const front = await openSecureFront();
    const { acm, domain } = front;
    const { id } = await createZone(domain);
    const arn = await request(acm);
    const code = async () => (await refusal(secure(front, arn))).code;
    expect(await code()).toBe("UnsupportedCertificate");
    domain.pass(10);
    await prove(domain, acm, arn, id);
    await front.account.until(
      2000,
      async () => ((await described(acm, arn)).Status === "ISSUED" ? true : undefined),
      1,
    );
    expect(await code()).toBe("CertificateNotFoundException");
    domain.pass(60);
    expect((await secure(front, arn)).Port).toBe(443);
  });

  test("of another region is not found", async () => {
    const front = await openSecureFront();
    const arn = await imported(acmClient(front.account.sandbox, "eu-west-1"));
    expect(await refusal(secure(front, arn))).toMatchObject({
      code: "CertificateNotFoundException",
      message: `Certificate '${arn}' not found`,
    });
  });

  test.each([
    [
      "its listener",
      (front: SecureFront, ListenerArn: string) =>
        front.elbv2.send(new DeleteListenerCommand({ ListenerArn })),
    ],
    [
      "the load balancer",
      ({ elbv2, balancer }: SecureFront) =>
        elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer })),
    ],
    [
      "HTTPS",
      ({ elbv2 }: SecureFront, ListenerArn: string) =>
        elbv2.send(new ModifyListenerCommand({ ListenerArn, Protocol: "HTTP" })),
    ],
  ])("is in use until some time after %s is gone", async (_, end) => {
    const front = await openSecureFront();
    const arn = await imported(front.acm);
    const { ListenerArn = "" } = await secure(front, arn);
    const command = new DeleteCertificateCommand({ CertificateArn: arn });
    expect(await refusal(front.acm.send(command))).toMatchObject({
      code: "ResourceInUseException",
      message: `Certificate ${arn} in account 000000000000 is in use.`,
    });
    front.domain.pass(hour);
    await end(front, ListenerArn);
    front.domain.pass(4);
    expect((await refusal(front.acm.send(command))).code).toBe("ResourceInUseException");
    expect(await usersOf(front, arn)).toEqual([front.balancer]);
    front.domain.pass(60);
    expect(await usersOf(front, arn)).toEqual([]);
    await front.acm.send(command);
  });

  test("that another listener of the load balancer has stays in use", async () => {
    const front = await openSecureFront();
    const arn = await imported(front.acm);
    const { ListenerArn } = await secure(front, arn);
    await secure(front, arn, { Port: 8443 });
    await front.elbv2.send(new DeleteListenerCommand({ ListenerArn }));
    front.domain.pass(hour);
    expect(await usersOf(front, arn)).toEqual([front.balancer]);
  });
});

describe("a listener becomes", () => {
  test("HTTPS, with another certificate and policy, and HTTP again", async () => {
    const front = await openSecureFront();
    const { elbv2, listener: ListenerArn } = front;
    const one = await imported(front.acm);
    const other = await imported(front.acm, "elliptic");
    const modify = async (input: object) =>
      (await elbv2.send(new ModifyListenerCommand({ ListenerArn, ...input }))).Listeners?.[0];
    expect((await refusal(modify({ Protocol: "HTTPS" }))).message).toMatch(/^A certificate must/);
    expect((await refusal(modify({ SslPolicy: "ELBSecurityPolicy-2016-08" }))).code).toBe(
      "ValidationError",
    );
    const SslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06";
    const first = { Protocol: "HTTPS", Port: 443, SslPolicy };
    expect(await modify({ ...first, Certificates: [{ CertificateArn: one }] })).toMatchObject({
      ...first,
      Certificates: [{ CertificateArn: one }],
    });
    expect(await modify({ Certificates: [{ CertificateArn: other }] })).toMatchObject({
      SslPolicy,
      Certificates: [{ CertificateArn: other }],
    });
    front.domain.pass(60);
    expect(await usersOf(front, one)).toEqual([]);
    const plain = await modify({ Protocol: "HTTP", Port: 80 });
    const again = modify({ Protocol: "HTTPS", Certificates: [{ CertificateArn: one }] });
    expect((await refusal(again)).message).toMatch(/^A security policy must be specified/);
    expect(plain).toMatchObject({ Protocol: "HTTP" });
    for (const member of ["SslPolicy", "Certificates", "MutualAuthentication"]) {
      expect(plain).not.toHaveProperty(member);
    }
  });
});

describe("certificates beside the default one", () => {
  test("are added once, listed, and removed", async () => {
    const front = await openSecureFront();
    const { elbv2 } = front;
    const usual = await imported(front.acm);
    const more = await imported(front.acm, "elliptic");
    const { ListenerArn } = await secure(front, usual);
    const Certificates = [{ CertificateArn: more }];
    const add = new AddListenerCertificatesCommand({ ListenerArn, Certificates });
    expect((await elbv2.send(add)).Certificates).toMatchObject(Certificates);
    await elbv2.send(add);
    const listed = async () =>
      (await elbv2.send(new DescribeListenerCertificatesCommand({ ListenerArn }))).Certificates;
    expect(await listed()).toEqual([
      { CertificateArn: usual, IsDefault: true },
      { CertificateArn: more, IsDefault: false },
    ]);
    expect((await listenerOf(front, ListenerArn))?.Certificates).toEqual([
      { CertificateArn: usual },
    ]);
    expect(await usersOf(front, more)).toEqual([front.balancer]);
    await elbv2.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates }));
    expect(await listed()).toEqual([{ CertificateArn: usual, IsDefault: true }]);
    front.domain.pass(60);
    expect(await usersOf(front, more)).toEqual([]);
    const byDefault = new RemoveListenerCertificatesCommand({
      ListenerArn,
      Certificates: [{ CertificateArn: usual }],
    });
    expect((await refusal(elbv2.send(byDefault))).code).toBe("OperationNotPermittedException");
  });

  test("are refused for HTTP, beyond the quota, and where there are none", async () => {
    const front = await openSecureFront({ quotas: { certificatesOfApplicationLoadBalancer: 1 } });
    const one = await imported(front.acm);
    const other = await imported(front.acm, "elliptic");
    const add = async (ListenerArn: string | undefined, ...arns: string[]) =>
      (
        await refusal(
          front.elbv2.send(
            new AddListenerCertificatesCommand({
              ListenerArn,
              Certificates: arns.map((CertificateArn) => ({ CertificateArn })),
            }),
          ),
        )
      ).code;
    expect(await add(front.listener, one)).toBe("ValidationError");
    const { ListenerArn } = await secure(front, one);
    expect(await add(ListenerArn, one, other)).toBe("TooManyCertificatesException");
    expect(await add(ListenerArn, "arn:aws:acm:x:1:certificate/1")).toBe(
      "CertificateNotFoundException",
    );
  });
});
