import { type BaseImage, lookUpBaseImage } from "../aws/base-images.ts";
import type { Clients } from "../aws/clients.ts";
import { lookUpDefaultSecurityGroup } from "../aws/default-security-group.ts";
import { lookUpAccount, lookUpNetwork } from "../aws/facts.ts";
import type { Planning } from "../engine/plan.ts";
import type { Problem } from "../engine/plan-format.ts";
import { prepare, type Wish } from "../engine/prepare.ts";
import type { Reporter } from "../engine/resource.ts";
import { resourceTypes } from "../resources/all.ts";
import type { ResourceContext } from "../resources/context.ts";
import { keyFilesOnDisk } from "../resources/key-file.ts";
import type { Diagnostic } from "../spec/diagnostic.ts";
import type { Image, Network, Stack } from "../spec/stack.ts";
import { compile } from "../stack/compile.ts";
import type { Facts } from "../stack/facts.ts";
import type { Environment } from "./environment.ts";
import { readLocalFiles } from "./local-files.ts";
import type { Session } from "./session.ts";
import type { StackFile } from "./stack-file.ts";

/** The stack file and the account's facts, as the resources that should exist. */
export async function compileStack(stackFile: StackFile, environment: Environment): Promise<Wish> {
  const { stack } = stackFile;
  const files = await readLocalFiles(stackFile);
  const [account, facts] = await Promise.all([
    lookUpAccount(environment.clients),
    lookUpFacts(stack, environment),
  ]);
  const { desired, problems } = compile(stack, { ...facts, files });
  return {
    stack: stack.stack,
    account,
    desired,
    problems: [...stackFile.warnings.map(toProblem), ...problems],
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

async function lookUpFacts(stack: Stack, environment: Environment): Promise<Omit<Facts, "files">> {
  const [network, baseImage] = await Promise.all([
    lookUpNetworkOf(stack, environment.clients),
    lookUpBase(stack.image, environment),
  ]);
  return { ...network, baseImage };
}

async function lookUpNetworkOf(stack: Stack, clients: Clients) {
  const network = await lookUpNetwork(clients, wantedNetwork(stack.network));
  if (stack.loadBalancer?.securityGroups.length !== 0) return network;
  const defaultSecurityGroupId = await lookUpDefaultSecurityGroup(clients, network.vpcId);
  return { ...network, defaultSecurityGroupId };
}

function wantedNetwork({ vpc, zones }: Network) {
  return {
    vpc: vpc.kind === "default" ? "default" : vpc.value,
    zones: zones.kind === "count" ? zones.count : zones.names,
  };
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

/** Compares what is wanted with what is there. Reads only. */
export function planWish(
  stack: string,
  wish: Wish | Promise<Wish>,
  session: Session,
  environment: Environment,
): Promise<Planning> {
  const context = contextOf(stack, session, environment, silent);
  return prepare({ wish, region: environment.region, types: resourceTypes, context });
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

export const silent: Reporter = { progress: () => {}, retried: () => {}, usable: () => {} };
