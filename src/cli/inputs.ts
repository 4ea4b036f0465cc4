import type { Clients } from "../aws/clients.ts";
import { lookUpDefaultSecurityGroup } from "../aws/default-security-group.ts";
import { lookUpAccount } from "../aws/facts.ts";
import { chooseSubnets, lookUpVpc } from "../aws/network.ts";
import { lookUpGroupVpcs } from "../aws/referenced-security-groups.ts";
import type { KnownSecret } from "../aws/secrets.ts";
import type { Doubt } from "../aws/subnet-doubts.ts";
import type { Problem } from "../engine/plan-format.ts";
import type { Live } from "../engine/resource.ts";
import { keptImages } from "../resources/shared/kept-images.ts";
import { ownVpcIn } from "../resources/shared/own-vpc.ts";
import { hasPrivateServers, placementOf } from "../resources/shared/placement.ts";
import { runningArchitectures } from "../resources/shared/running-types.ts";
import { hasNewTypes } from "../resources/shared/server-types.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Finding } from "../spec/finding.ts";
import { type OwnNetwork, USUAL_RANGE } from "../spec/network/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import { checkDomain, type FoundDomain } from "../stack/domain-check.ts";
import { type CheckedRole, checkExistingRole, checkPermissions } from "../stack/existing-role.ts";
import type { LookedUpFacts } from "../stack/facts.ts";
import { checkTopics, existingTopicsOf } from "../stack/notify.ts";
import { ansiblePath } from "../stack/playbook.ts";
import { checkReferencedGroups, referencedGroupIds } from "../stack/referenced-groups.ts";
import { grantsOf } from "../stack/role.ts";
import { wantedNetwork } from "../stack/wanted-network.ts";
import { lookUpBase } from "./base-image.ts";
import type { Environment } from "./environment.ts";
import { readLocalFiles } from "./local-files.ts";
import { diagnosticAt, type OpenedStackFile, StackFileError } from "./stack-file.ts";

/** The inputs of the desired resources, apart from the text of the stack file. */
export interface Inputs {
  readonly facts: LookedUpFacts;
  /** Problems that were found on the way to the facts. */
  readonly found: readonly Problem[];
}

/** Reads from the account and from local files everything that the stack file does not say itself. */
export async function lookUpInputs(
  stackFile: OpenedStackFile,
  environment: Environment,
  live: Promise<readonly Live[]>,
): Promise<{ readonly account: string; readonly inputs: Inputs }> {
  const { files, warnings } = await readLocalFiles(stackFile);
  // The sweeps have started, and some call again when AWS has answered. Preparing the requests for the facts, a
  // millisecond each, must not hold them up.
  await environment.requestsSent();
  const [account, { findings, doubts, ...facts }] = await Promise.all([
    lookUpAccount(environment.clients),
    lookUpFacts(stackFile.stack, environment, live),
  ]);
  const told = requireRight(stackFile, [
    ...findings,
    ...(environment.sandbox === undefined ? [] : notSimulated(stackFile.stack)),
  ]);
  const found = [...[...warnings, ...told].map(toProblem), ...doubts];
  return { account, inputs: { facts: { ...facts, files }, found } };
}

/** What of the stack file the sandbox cannot know. Nobody may take its answer for the real one. */
function notSimulated({ image, application }: Stack): readonly Finding[] {
  const playbook: Finding = {
    severity: "warning",
    path: ansiblePath,
    message:
      "not run in the sandbox: it does not know what the playbook does, and assumes that it succeeds and that its second run changes nothing",
    help: "apply to an AWS account to see whether it does",
  };
  const commands: Finding = {
    severity: "warning",
    path: ["application", "build"],
    message:
      "not run in the sandbox: it does not know what these commands leave, and assumes that they succeed",
    help: "apply to an AWS account to see whether they do",
  };
  return [
    ...(image.ansible === undefined || image.use !== undefined ? [] : [playbook]),
    ...(application === undefined || application.build.length === 0 ? [] : [commands]),
  ];
}

/**
 * The warnings among the findings, with their places.
 *
 * @throws StackFileError with all errors among them.
 */
export function requireRight(
  stackFile: OpenedStackFile,
  findings: readonly Finding[],
): readonly Diagnostic[] {
  const told = findings.map((finding) => diagnosticAt(stackFile, finding));
  const wrong = told.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw new StackFileError(stackFile.file, wrong);
  return told;
}

/** A warning about the stack file, as a problem of the plan. */
export function toProblem({
  severity,
  file,
  line,
  column,
  path,
  message,
  help,
}: Diagnostic): Problem {
  return {
    severity,
    summary: `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`,
    remedy: help ?? "",
  };
}

/** The facts, the errors of the stack file that they show, and warnings about the facts themselves. */
async function lookUpFacts(
  stack: Stack,
  environment: Environment,
  live: Promise<readonly Live[]>,
): Promise<
  Omit<LookedUpFacts, "files"> & {
    readonly findings: readonly Finding[];
    readonly doubts: readonly Problem[];
  }
> {
  const { clients, region } = environment;
  const looking = lookUpApplicationSecrets(stack, clients);
  const [network, base, groupVpcs, secrets, role, domain, topics] = await Promise.all([
    lookUpNetwork(stack, clients, live),
    lookUpBase(
      stack,
      environment,
      () => live.then(runningArchitectures),
      () => live.then(keptImages),
    ),
    lookUpGroupVpcs(clients, referencedGroupIds(stack)),
    looking,
    lookUpRole(stack, clients, looking),
    lookUpDomain(stack, clients),
    lookUpNotifiedTopics(stack, clients),
  ]);
  const { baseImage, usedImage } = base;
  const place = network.network;
  const vpcId = place.kind === "existing" ? place.vpcId : ownVpcIn(await live);
  const findings = [
    ...base.findings,
    ...secrets.findings,
    ...checkReferencedGroups(stack, groupVpcs, { vpcId, region }),
    ...(role?.findings ?? []),
    ...checkDomain(stack, domain),
    ...topics.findings,
  ];
  const { instanceProfile } = role ?? {};
  return {
    ...network,
    doubts: [...network.doubts, ...(role?.doubts ?? []), ...topics.doubts],
    baseImage,
    ...(usedImage && { usedImage }),
    ...(Object.keys(secrets.known).length > 0 && { secrets: secrets.known }),
    ...(instanceProfile !== undefined && { instanceProfile }),
    findings,
  };
}

async function lookUpApplicationSecrets({ application }: Stack, clients: Clients) {
  const wanted = Object.entries(application?.secrets ?? {});
  const known: Record<string, KnownSecret> = {};
  const findings: Finding[] = [];
  if (wanted.length === 0) return { known, findings };
  const { lookUpSecrets } = await import("../aws/secrets.ts");
  const references = new Set(wanted.map(([, reference]) => reference));
  const found = await lookUpSecrets(clients, [...references]);
  for (const [name, reference] of wanted) {
    const secret = found.get(reference);
    if (secret === undefined) throw new Error(`${reference} was not looked up`);
    if (typeof secret !== "string") known[reference] = secret;
    else {
      findings.push({
        severity: "error",
        path: ["application", "secrets", name],
        message: secret,
        help: "create it there, or name one that exists. reconcile never reads or writes its value",
      });
    }
  }
  return { known, findings };
}

/** Few stack files name a role, so the code for IAM is loaded for them alone. */
async function lookUpRole(
  stack: Stack,
  clients: Clients,
  looking: ReturnType<typeof lookUpApplicationSecrets>,
): Promise<CheckedRole | undefined> {
  if (stack.role?.kind !== "existing") return undefined;
  const { lookUpExistingRole, lookUpLacking } = await import(
    "../resources/shared/existing-role.ts"
  );
  const { name } = stack.role;
  const [found, secrets] = await Promise.all([lookUpExistingRole(clients, name), looking]);
  const checked = checkExistingRole(name, found);
  const isUsable = checked.findings.length === 0 && secrets.findings.length === 0;
  if (found.kind !== "found" || !isUsable) return checked;
  const needed = grantsOf(stack, { secrets: secrets.known });
  const lacking = await lookUpLacking(clients, found.arn, needed);
  return { ...checked, doubts: [...checked.doubts, ...checkPermissions(name, lacking, needed)] };
}

/** Few stack files have a domain, so the code for it is loaded for them alone. */
async function lookUpDomain({ domain }: Stack, clients: Clients): Promise<FoundDomain> {
  if (domain?.zone === undefined && domain?.certificate === undefined) return {};
  const { lookUpCertificate, lookUpZoneTrouble } = await import(
    "../resources/shared/existing-domain.ts"
  );
  const [zone, certificate] = await Promise.all([
    domain.zone === undefined ? undefined : lookUpZoneTrouble(clients, domain.zone),
    domain.certificate === undefined ? undefined : lookUpCertificate(clients, domain.certificate),
  ]);
  return { ...(zone && { zone }), ...(certificate !== undefined && { certificate }) };
}

/** Few stack files name a topic, so the code for it is loaded for them alone. */
async function lookUpNotifiedTopics(stack: Stack, clients: Clients) {
  const topics = existingTopicsOf(stack);
  if (topics.length === 0) return checkTopics(stack, new Map());
  const { lookUpTopics } = await import("../resources/shared/existing-topics.ts");
  return checkTopics(stack, await lookUpTopics(clients, topics));
}

async function lookUpNetwork(stack: Stack, clients: Clients, live: Promise<readonly Live[]>) {
  const { vpc } = stack.network;
  return vpc.kind === "own"
    ? lookUpOwnNetwork(stack, vpc, clients, live)
    : lookUpExistingNetwork(stack, clients, live);
}

/** Few stacks have a network of their own, so the code for it is loaded for them alone. */
async function lookUpOwnNetwork(
  { network, scaling: { instanceTypes } }: Stack,
  { cidr }: OwnNetwork,
  clients: Clients,
  live: Promise<readonly Live[]>,
) {
  const [{ chooseOwnNetwork }, { ownNetworkIn }] = await Promise.all([
    import("../aws/own-network.ts"),
    import("../resources/shared/own-network.ts"),
  ]);
  const { zones } = network;
  if (zones.kind === "of-subnets") throw new Error("an own network names no subnets");
  const found = await live;
  const { doubts, ...chosen } = await chooseOwnNetwork(
    clients,
    {
      cidr,
      usual: USUAL_RANGE,
      zones: zones.kind === "count" ? zones.count : zones.names,
      instanceTypes,
      hasNewTypes: hasNewTypes(found, instanceTypes),
      exposes: network.servers === "public" && hasPrivateServers(found),
    },
    ownNetworkIn(found, cidr),
  );
  return { network: { kind: "own" as const, ...chosen }, doubts: doubts.map(toWarning) };
}

async function lookUpExistingNetwork(
  stack: Stack,
  clients: Clients,
  live: Promise<readonly Live[]>,
) {
  const { loadBalancer, scaling, network } = stack;
  const wanted = wantedNetwork(network);
  const vpc = await lookUpVpc(clients, wanted);
  const { vpcId } = vpc;
  const { instanceTypes } = scaling;
  const purpose = {
    internetFacing: loadBalancer?.scheme === "internet-facing",
    servers: network.servers,
    instanceTypes,
    ...(loadBalancer && { loadBalancer: loadBalancer.type }),
  };
  const choosing = live.then((found) => {
    const isNew = hasNewTypes(found, instanceTypes);
    const placement = placementOf(found, purpose);
    return chooseSubnets(clients, vpc, wanted, { ...purpose, hasNewTypes: isNew }, placement);
  });
  const [{ doubts, loadBalancerSubnets, subnets }, defaultSecurityGroupId] = await Promise.all([
    choosing,
    loadBalancer?.securityGroups.length === 0
      ? lookUpDefaultSecurityGroup(clients, vpcId)
      : undefined,
  ]);
  return {
    network: { kind: "existing" as const, vpcId, loadBalancerSubnets, subnets },
    doubts: doubts.map(toWarning),
    ...(defaultSecurityGroupId !== undefined && { defaultSecurityGroupId }),
  };
}

function toWarning(doubt: Doubt): Problem {
  return { severity: "warning", ...doubt };
}
