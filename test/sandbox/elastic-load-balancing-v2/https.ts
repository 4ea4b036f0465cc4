import { type ACMClient, ImportCertificateCommand } from "@aws-sdk/client-acm";
import {
  CreateListenerCommand,
  type CreateListenerCommandInput,
  DescribeListenersCommand,
  type Listener,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { acmClient, described } from "../certificate-manager/certificates.ts";
import { ellipticCertificate, ownCertificate } from "../certificate-manager/imported.ts";
import { type Domain, route53Client } from "../route-53/domain.ts";
import { openFront } from "./front.ts";

/** A front with the account's certificates and domains. */
export type SecureFront = Awaited<ReturnType<typeof openSecureFront>>;

export async function openSecureFront(options: SandboxOptions = {}) {
  const front = await openFront(options);
  const { sandbox, pass } = front.account;
  const domain: Domain = { sandbox, pass, route53: route53Client(sandbox) };
  return { ...front, acm: acmClient(sandbox), domain };
}

/** @returns the ARN of a certificate that load balancers find at once. */
export async function imported(acm: ACMClient, kind: "usual" | "elliptic" = "usual") {
  const certificate = kind === "usual" ? ownCertificate : ellipticCertificate;
  const { CertificateArn = "" } = await acm.send(new ImportCertificateCommand(certificate));
  return CertificateArn;
}

/** Makes a listener on port 443 with the certificate. */
export async function secure(
  { elbv2, balancer, group }: Pick<SecureFront, "elbv2" | "balancer" | "group">,
  certificate: string,
  more: Partial<CreateListenerCommandInput> = {},
): Promise<Listener> {
  const { Listeners: [made] = [] } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Protocol: "HTTPS",
      Port: 443,
      Certificates: [{ CertificateArn: certificate }],
      DefaultActions: [{ Type: "forward", TargetGroupArn: group }],
      ...more,
    }),
  );
  if (made === undefined) throw new Error("No listener was made.");
  return made;
}

export async function listenerOf({ elbv2 }: Pick<SecureFront, "elbv2">, arn = "") {
  const command = new DescribeListenersCommand({ ListenerArns: [arn] });
  const { Listeners = [] } = await elbv2.send(command);
  return Listeners[0];
}

/** What uses a certificate, as far as ACM knows. */
export async function usersOf({ acm }: Pick<SecureFront, "acm">, certificate: string) {
  return (await described(acm, certificate)).InUseBy;
}
