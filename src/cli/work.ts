import { isAbsolute, relative, resolve } from "node:path";
import { type BaseImage, lookUpBaseImage } from "../aws/base-images.ts";
import type { Clients } from "../aws/clients.ts";
import { lookUpDefaultSecurityGroup } from "../aws/default-security-group.ts";
import { lookUpAccount } from "../aws/facts.ts";
import { chooseSubnets, lookUpVpc, type WantedNetwork } from "../aws/network.ts";
import { lookUpGroupVpcs } from "../aws/referenced-security-groups.ts";
import { unlessStopped } from "../aws/stop.ts";
import type { Planning } from "../engine/plan.ts";
import type { PlanDocument, Problem } from "../engine/plan-format.ts";
import { type FindWish, prepare, type Wish } from "../engine/prepare.ts";
import type { DesiredResource, Live, Reporter } from "../engine/resource.ts";
import { typeFor, typesByName } from "../engine/types-by-name.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/shared/context.ts";
import { type KeyFiles, keyFilesIn, requireMakeable } from "../resources/shared/key-file.ts";
import { placementOf } from "../resources/shared/placement.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Finding } from "../spec/finding.ts";
import type { Image } from "../spec/image/normalised.ts";
import type { Network } from "../spec/network/normalised.ts";
import type { Stack } from "../spec/stack.ts";
import { compile } from "../stack/compile.ts";
import type { Facts } from "../stack/facts.ts";
import { checkReferencedGroups, referencedGroupIds } from "../stack/referenced-groups.ts";
import type { Environment } from "./environment.ts";
import type { Io } from "./io.ts";
import { readLocalFiles } from "./local-files.ts";
import type { Session } from "./session.ts";
import { diagnosticAt, type OpenedStackFile, StackFileError } from "./stack-file.ts";

/** The inputs of the desired resources, apart from the text of the stack file. */
export interface Inputs {
  readonly facts: Facts;
  /** Problems that were found on the way to the facts. */
  readonly found: readonly Problem[];
}

/**
 * The stack file and the account's facts, as the resources that should exist.
 *
 * @param directory The working directory.
 * @param keep Receives the inputs that the resources are made from, for a saved plan.
 */
export function compileStack(
  stackFile: OpenedStackFile,
  environment: Environment,
  directory: string,
  keep?: (inputs: Inputs) => void,
): FindWish {
  return async (live) => {
    const { account, inputs } = await lookUpInputs(stackFile, environment, live);
    keep?.(inputs);
    return wishOf(stackFile, inputs, { account, directory });
  };
}

/** Reads from the account and from local files everything that the stack file does not say itself. */
async function lookUpInputs(
  stackFile: OpenedStackFile,
  environment: Environment,
  live: Promise<readonly Live[]>,
): Promise<{ readonly account: string; readonly inputs: Inputs }> {
  const { files, warnings } = await readLocalFiles(stackFile);
  const [account, { findings, doubts, ...facts }] = await Promise.all([
    lookUpAccount(environment.clients),
    lookUpFacts(stackFile.stack, environment, live),
  ]);
  const told = findings.map((finding) => diagnosticAt(stackFile, finding));
  const wrong = told.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw new StackFileError(stackFile.file, wrong);
  const found = [...[...warnings, ...told].map(toProblem), ...doubts];
  return { account, inputs: { facts: { ...facts, files }, found } };
}

/**
 * The resources that should exist. The same stack file and inputs give the same resources on any machine.
 *
 * @param place The account, and the working directory, from which a plan names the private key's file.
 */
export function wishOf(
  { stack, warnings }: Pick<OpenedStackFile, "stack" | "warnings">,
  { facts, found }: Inputs,
  { account, directory }: { readonly account: string; readonly directory: string },
): Wish {
  const { desired, problems } = compile(withKeyFileFrom(directory, stack), facts);
  return {
    stack: stack.stack,
    account,
    desired,
    problems: [...warnings.map(toProblem), ...found, ...problems],
  };
}

function withKeyFileFrom(directory: string, stack: Stack): Stack {
  const { keyPair } = stack;
  if (keyPair?.source.kind !== "generate") return stack;
  const path = relative(directory, keyPair.source.file);
  const file = path.startsWith("..") || isAbsolute(path) ? path : `./${path}`;
  return { ...stack, keyPair: { ...keyPair, source: { kind: "generate", file } } };
}

/** A warning about the stack file, as a problem of the plan. */
function toProblem({ severity, file, line, column, path, message, help }: Diagnostic): Problem {
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
  Omit<Facts, "files"> & {
    readonly findings: readonly Finding[];
    readonly doubts: readonly Problem[];
  }
> {
  const { clients, region } = environment;
  const [network, baseImage, groupVpcs] = await Promise.all([
    lookUpNetwork(stack, clients, live),
    lookUpBase(stack.image, environment),
    lookUpGroupVpcs(clients, referencedGroupIds(stack)),
  ]);
  const { vpcId } = network;
  const findings = checkReferencedGroups(stack, groupVpcs, { vpcId, region });
  return { ...network, baseImage, findings };
}

async function lookUpNetwork(stack: Stack, clients: Clients, live: Promise<readonly Live[]>) {
  const { loadBalancer, scaling } = stack;
  const wanted = wantedNetwork(stack.network);
  const vpc = await lookUpVpc(clients, wanted);
  const { vpcId } = vpc;
  const purpose = {
    internetFacing: loadBalancer !== undefined,
    instanceType: scaling.instanceType,
  };
  const [{ subnets, doubts }, defaultSecurityGroupId] = await Promise.all([
    live.then((found) => chooseSubnets(clients, vpc, wanted, purpose, placementOf(found))),
    loadBalancer?.securityGroups.length === 0
      ? lookUpDefaultSecurityGroup(clients, vpcId)
      : undefined,
  ]);
  return {
    vpcId,
    subnets,
    doubts: doubts.map((doubt): Problem => ({ severity: "warning", ...doubt })),
    ...(defaultSecurityGroupId !== undefined && { defaultSecurityGroupId }),
  };
}

function wantedNetwork(network: Network): WantedNetwork {
  const { zones } = network;
  const vpc = network.vpc.kind === "default" ? "default" : network.vpc.value;
  if (zones.kind === "of-subnets") return { vpc, subnets: zones.subnets };
  return { vpc, zones: zones.kind === "count" ? zones.count : zones.names };
}

/** The base image that the stack file defines. */
export function lookUpBase(section: Image, { clients, clock }: Environment): Promise<BaseImage> {
  return lookUpBaseImage(clients, clock, wantedBase(section));
}

function wantedBase({ base, release }: Image) {
  const { family, id } = base;
  if (id !== undefined) return { family, id };
  return { family, release: release.kind === "latest" ? "latest" : release.value };
}

/**
 * Compares the desired resources with the account. Only reads, so an interrupt ends it at once: calls in
 * flight are abandoned, and nothing waits for an AWS that does not answer.
 *
 * @throws the signal's reason, if it is aborted.
 * @throws KeyFileError if a new key's file could not be created. An apply would find out too late.
 */
export async function planWish(
  stack: string,
  wish: FindWish,
  session: Session,
  environment: Environment,
): Promise<Planning> {
  const context = contextOf(stack, session, environment, silent);
  const { region } = environment;
  const planning = await unlessStopped(
    prepare({ wish, region, types: resourceTypes, context }),
    session.signal,
  );
  await requireKeyFiles(planning, session.io.cwd);
  return planning;
}

/** An existing key pair needs no file here, because the file may be on another machine. */
async function requireKeyFiles({ document, desired }: Planning, directory: string): Promise<void> {
  for (const file of newKeyFiles(document, desired))
    await requireMakeable(resolve(directory, file));
}

/** The files of the private keys that a plan creates. */
export function newKeyFiles(
  { changes }: PlanDocument,
  desired: readonly DesiredResource[],
): readonly string[] {
  const created = new Set(
    changes
      .filter(({ action }) => action === "create" || action === "replace")
      .map(({ address }) => address),
  );
  return desired
    .filter(({ address }) => created.has(address))
    .flatMap(({ address, fields }) => typeFor(types, address).newKeyFile?.(fields) ?? []);
}

const types = typesByName(resourceTypes);

/** The context for the methods of the resource types. */
export function contextOf(
  stack: string,
  session: Session,
  environment: Environment,
  report: Reporter,
): ResourceContext {
  const { clients, clock } = environment;
  const { signal, io } = session;
  return { clients, clock, stack, signal, report, files: keyFilesOf(io, report) };
}

/** The files on the disk, with a hint if Git would commit a new private key. */
function keyFilesOf(io: Io, report: Reporter): KeyFiles {
  const files = keyFilesIn(io.cwd);
  return {
    ...files,
    async writeNew(path, content) {
      const isNew = await files.writeNew(path, content);
      const { ignoreHint } = await import("./git-ignore.ts");
      const hint = isNew ? await ignoreHint(resolve(io.cwd, path), io) : undefined;
      if (hint !== undefined) report.noted(hint);
      return isNew;
    },
  };
}

export const silent: Reporter = {
  progress: () => {},
  retried: () => {},
  noted: () => {},
  usable: () => {},
};
