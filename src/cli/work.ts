import { type BaseImage, lookUpBaseImage } from "../aws/base-images.ts";
import type { Clients } from "../aws/clients.ts";
import { lookUpDefaultSecurityGroup } from "../aws/default-security-group.ts";
import { lookUpAccount } from "../aws/facts.ts";
import { lookUpNetwork, type WantedNetwork } from "../aws/network.ts";
import { lookUpGroupVpcs } from "../aws/referenced-security-groups.ts";
import type { Planning } from "../engine/plan.ts";
import type { Problem } from "../engine/plan-format.ts";
import { prepare, type Wish } from "../engine/prepare.ts";
import type { Reporter } from "../engine/resource.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/context.ts";
import { keyFilesOnDisk, requireMakeable } from "../resources/key-file.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import { type Finding, showPath } from "../spec/finding.ts";
import type { Image, Network, Stack } from "../spec/stack.ts";
import { compile } from "../stack/compile.ts";
import type { Facts } from "../stack/facts.ts";
import { checkReferencedGroups, referencedGroupIds } from "../stack/referenced-groups.ts";
import type { Environment } from "./environment.ts";
import { readLocalFiles } from "./local-files.ts";
import type { Session } from "./session.ts";
import { type StackFile, StackFileError } from "./stack-file.ts";

/** The stack file and the account's facts, as the resources that should exist. */
export async function compileStack(stackFile: StackFile, environment: Environment): Promise<Wish> {
  const { stack } = stackFile;
  const { files, warnings } = await readLocalFiles(stackFile);
  const [account, facts] = await Promise.all([
    lookUpAccount(environment.clients),
    lookUpFacts(stack, environment),
  ]);
  const { findings, ...known } = facts;
  const told = findings.map((finding) => locate(stackFile, finding));
  const wrong = told.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw new StackFileError(stackFile.file, wrong);
  const { desired, problems } = compile(stack, { ...known, files });
  return {
    stack: stack.stack,
    account,
    desired,
    problems: [...[...stackFile.warnings, ...warnings, ...told].map(toProblem), ...problems],
  };
}

function locate({ file, locate }: StackFile, finding: Finding): Diagnostic {
  const { severity, path, message, help } = finding;
  return {
    severity,
    file,
    ...locate(path),
    path: showPath(path),
    message,
    ...(help === undefined ? {} : { help }),
  };
}

/** A doubt about the file, as the plan that comes of it tells it. */
function toProblem({ severity, file, line, column, path, message, help }: Diagnostic): Problem {
  return {
    severity,
    summary: `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`,
    remedy: help ?? "",
  };
}

/** The facts, and what of the file does not fit them. */
async function lookUpFacts(
  stack: Stack,
  environment: Environment,
): Promise<Omit<Facts, "files"> & { readonly findings: readonly Finding[] }> {
  const { clients, region } = environment;
  const [network, baseImage, groupVpcs] = await Promise.all([
    lookUpNetworkOf(stack, clients),
    lookUpBase(stack.image, environment),
    lookUpGroupVpcs(clients, referencedGroupIds(stack)),
  ]);
  const { vpcId } = network;
  const findings = checkReferencedGroups(stack, groupVpcs, { vpcId, region });
  return { ...network, baseImage, findings };
}

async function lookUpNetworkOf(stack: Stack, clients: Clients) {
  const network = await lookUpNetwork(clients, wantedNetwork(stack.network));
  if (stack.loadBalancer?.securityGroups.length !== 0) return network;
  const defaultSecurityGroupId = await lookUpDefaultSecurityGroup(clients, network.vpcId);
  return { ...network, defaultSecurityGroupId };
}

function wantedNetwork(network: Network): WantedNetwork {
  const { zones } = network;
  const vpc = network.vpc.kind === "default" ? "default" : network.vpc.value;
  if (zones.kind === "of-subnets") return { vpc, subnets: zones.subnets };
  return { vpc, zones: zones.kind === "count" ? zones.count : zones.names };
}

/** The image to build on, as the file asks for it. */
export function lookUpBase(image: Image, { clients, clock }: Environment): Promise<BaseImage> {
  return lookUpBaseImage(clients, clock, wantedBase(image));
}

function wantedBase({ base, release }: Image) {
  const { family, id } = base;
  if (id !== undefined) return { family, id };
  return { family, release: release.kind === "latest" ? "latest" : release.value };
}

/**
 * Compares what is wanted with what is there. Reads only.
 *
 * @throws KeyFileError when a key is to be made, and its file cannot be: an apply is too late for that.
 */
export async function planWish(
  stack: string,
  wish: Wish | Promise<Wish>,
  session: Session,
  environment: Environment,
): Promise<Planning> {
  const context = contextOf(stack, session, environment, silent);
  const planning = await prepare({
    wish,
    region: environment.region,
    types: resourceTypes,
    context,
  });
  await requireKeyFiles(planning);
  return planning;
}

/** Of a key that is there already, its file may be on another machine. */
async function requireKeyFiles({ document, desired }: Planning): Promise<void> {
  for (const { address, action } of document.changes) {
    if (!address.startsWith("key-pair/") || (action !== "create" && action !== "replace")) continue;
    const wanted = desired.find((resource) => resource.address === address);
    const file = Object.entries(wanted?.fields ?? {}).find(([name]) => name === "privateKeyFile");
    if (typeof file?.[1] === "string") await requireMakeable(file[1]);
  }
}

/** What the resource types work in. */
export function contextOf(
  stack: string,
  session: Session,
  environment: Environment,
  report: Reporter,
): ResourceContext {
  const { clients, clock } = environment;
  const { signal } = session;
  return { clients, clock, stack, signal, report, files: keyFilesOnDisk };
}

export const silent: Reporter = {
  progress: () => {},
  retried: () => {},
  noted: () => {},
  usable: () => {},
};
