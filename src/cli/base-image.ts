import { type BaseImage, lookUpBaseImage } from "../aws/base-images.ts";
import type { Clients } from "../aws/clients.ts";
import { lookUpArchitectures } from "../aws/instance-types.ts";
import type { KeptImage } from "../resources/shared/kept-images.ts";
import type { Finding } from "../spec/finding.ts";
import type { Image } from "../spec/image/normalised.ts";
import {
  type Architecture,
  architectureInName,
  isArchitecture,
} from "../spec/shared/architecture.ts";
import {
  architectureFindings,
  decideArchitecture,
  type KnownArchitectures,
} from "../spec/shared/architecture-findings.ts";
import type { Stack } from "../spec/stack.ts";
import { checkDiskSize } from "../stack/disk-size.ts";
import {
  type ArchitecturesOfTypes,
  architecturesWithoutAws,
  checkTypes,
  namedTypes,
} from "../stack/instance-types.ts";
import { basePath, checkUsedImage, usePath } from "../stack/used-image.ts";
import type { Environment } from "./environment.ts";

/** The base image of a stack, and what is wrong with the architectures in its file. */
interface FoundBase {
  readonly baseImage: BaseImage;
  readonly findings: readonly Finding[];
  /** What the image that the stack file uses instead was built from. */
  readonly usedImage?: KeptImage["inputs"];
}

/**
 * The base image that the stack file defines, for the architecture of its instance types. AWS checks the
 * architecture only at a launch: of the servers, that would be after the image was built.
 *
 * @param running the architectures of the types that servers of the stack already run on.
 */
export async function lookUpBase(
  stack: Stack,
  { clients, clock, region }: Environment,
  running: () => Promise<ArchitecturesOfTypes>,
  kept?: () => Promise<readonly KeptImage[]>,
): Promise<FoundBase> {
  const { image } = stack;
  const architectures = async () => architecturesOf(stack, clients, await running());
  if (image.use !== undefined && kept !== undefined) {
    return baseOfUsed(stack, await kept(), { region, types: await architectures() });
  }
  const find = (architecture: Architecture) =>
    lookUpBaseImage(clients, clock, wantedBase(image, architecture));
  const probable = image.architecture ?? architectureInName(stack.scaling.instanceType) ?? "x86_64";
  const [baseImage, types] = await Promise.all([find(probable), architectures()]);
  const { id } = image.base;
  const known: KnownArchitectures = {
    ofType: (type) => types.get(type),
    ofBase:
      id === undefined ? undefined : { id, path: basePath, architecture: baseImage.architecture },
  };
  const findings = [
    ...checkTypes(stack, types, region),
    ...architectureFindings(stack, known),
    ...checkDiskSize(stack, baseImage.rootVolumeSize),
  ];
  const decided = decideArchitecture(stack, known) ?? probable;
  if (decided === baseImage.architecture || findings.length > 0) return { baseImage, findings };
  return { baseImage: await find(decided), findings };
}

/** The base of an image that exists. Nothing is built from it, so AWS is not asked about it. */
function baseOfUsed(
  stack: Stack,
  kept: readonly KeptImage[],
  { region, types }: { readonly region: string; readonly types: ArchitecturesOfTypes },
): FoundBase {
  const used = kept.find(({ id }) => id === stack.image.use);
  const { architecture, rootDeviceName = "", inputs } = used ?? {};
  const known =
    architecture !== undefined && isArchitecture(architecture) ? architecture : "x86_64";
  const { base: id = "", release = "", family = "" } = inputs ?? {};
  return {
    baseImage: { id, name: id, family, release, architecture: known, rootDeviceName },
    findings: [
      ...checkUsedImage(stack, kept),
      ...checkTypes(stack, types, region),
      ...architectureFindings(stack, {
        ofType: (type) => types.get(type),
        ofBase: used && { id: used.id, path: usePath, architecture: known },
      }),
    ],
    ...(inputs && { usedImage: inputs }),
  };
}

function wantedBase({ base, release }: Image, architecture: Architecture) {
  const { family, id } = base;
  if (id !== undefined) return { family, id };
  return { family, release: release.kind === "latest" ? "latest" : release.value, architecture };
}

/** Asks AWS only if the running servers do not show it. A type that does not exist stays missing. */
async function architecturesOf(
  stack: Stack,
  clients: Clients,
  running: ArchitecturesOfTypes,
): Promise<ArchitecturesOfTypes> {
  const types = [...new Set(namedTypes(stack).map(({ type }) => type))];
  return architecturesWithoutAws(stack, running) ?? lookUpArchitectures(clients, types);
}
