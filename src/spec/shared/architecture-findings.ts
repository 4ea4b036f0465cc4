import type { Finding, Path } from "../finding.ts";
import { type Architecture, fittingType, isArchitecture } from "./architecture.ts";
import { usualInstanceType } from "./instance-type.ts";
import { type ServerTypeFields, serverTypes } from "./server-types.ts";

/** The fields of a stack file that must agree on an architecture. */
export interface ArchitectureFields {
  readonly image: {
    readonly architecture?: Architecture | undefined;
    readonly builder: { readonly instanceType?: string | undefined };
  };
  readonly scaling: ServerTypeFields;
}

/** What is known of the architectures that the fields stand for. */
export interface KnownArchitectures {
  /** The architectures that a type supports; undefined if nobody knows. */
  readonly ofType: (instanceType: string) => readonly string[] | undefined;
  /** That `ofType` only reads the names, also those of types that do not exist. */
  readonly byName?: true;
  /** The image that the stack file names. A family has images for every architecture. */
  readonly ofBase?:
    | { readonly id: string; readonly path: Path; readonly architecture: Architecture }
    | undefined;
}

/** The architecture that others must have, with the words for it. */
interface Standard {
  readonly architecture: Architecture;
  readonly because: string;
  readonly about: Path;
  readonly help: string;
}

/** The architecture of the image. Undefined if nothing that is known decides it. */
export function decideArchitecture(
  { image, scaling }: ArchitectureFields,
  { ofType, ofBase }: KnownArchitectures,
): Architecture | undefined {
  const [{ type: preferred }] = serverTypes(scaling);
  return ofBase?.architecture ?? image.architecture ?? ofType(preferred)?.find(isArchitecture);
}

/** Each field that does not have the image's architecture. AWS would refuse the launch of its instances. */
export function* architectureFindings(
  fields: ArchitectureFields,
  known: KnownArchitectures,
): Iterable<Finding> {
  const { image } = fields;
  const { ofBase } = known;
  if (ofBase !== undefined && (image.architecture ?? ofBase.architecture) !== ofBase.architecture) {
    yield {
      severity: "error",
      path: ["image", "architecture"],
      about: [ofBase.path],
      message: `the image ${ofBase.id} is for ${ofBase.architecture}`,
      help: `write architecture: ${ofBase.architecture}, or remove the field`,
    };
  }
  yield* ofServers(fields, known);
  yield* ofBuilder(fields, known);
}

function* ofServers(fields: ArchitectureFields, known: KnownArchitectures): Iterable<Finding> {
  const standard = standardOf(fields, known);
  const types = serverTypes(fields.scaling);
  for (const [index, { type, path }] of types.entries()) {
    const supported = known.ofType(type);
    const needed =
      standard ??
      (index === 0
        ? undefined
        : standardOfServers(fields, known, "write only types of one architecture"));
    if (needed !== undefined && !fits(supported, needed.architecture)) {
      yield mismatch(path, type, known, needed);
    } else if (supported !== undefined && !supported.some(isArchitecture)) {
      yield {
        severity: "error",
        path,
        message: `${type} has the architecture ${supported.join(", ")}, which no image here is for`,
        help: "choose a type with x86_64 or arm64, such as t3.micro or t4g.micro",
      };
    }
  }
}

function* ofBuilder(fields: ArchitectureFields, known: KnownArchitectures): Iterable<Finding> {
  const { instanceType: builder } = fields.image.builder;
  if (builder === undefined) return;
  const needed =
    standardOf(fields, known) ??
    standardOfServers(
      fields,
      known,
      "remove the field: by default, the builder has the servers' architecture",
    );
  if (needed !== undefined && !fits(known.ofType(builder), needed.architecture)) {
    yield mismatch(["image", "builder", "instanceType"], builder, known, needed);
  }
}

/** The architecture of the preferred type, which the image follows if nothing else decides. */
function standardOfServers(
  fields: ArchitectureFields,
  known: KnownArchitectures,
  help: string,
): Standard | undefined {
  const architecture = decideArchitecture(fields, known);
  const [{ type, path }, ...others] = serverTypes(fields.scaling);
  return (
    architecture && {
      architecture,
      because: `${others.length === 0 ? `the servers (${type}) need` : `the preferred type (${type}) needs`} an image for ${architecture}`,
      about: path,
      help,
    }
  );
}

/** What the image's architecture follows from, unless it is the servers' instance type. */
function standardOf(
  { image }: ArchitectureFields,
  { ofBase }: KnownArchitectures,
): Standard | undefined {
  if (ofBase !== undefined) {
    const { id, path, architecture } = ofBase;
    return {
      architecture,
      because: `the image ${id} is for ${architecture}`,
      about: path,
      help: `name another image in ${path.join(".")}`,
    };
  }
  const { architecture } = image;
  if (architecture === undefined) return undefined;
  return {
    architecture,
    because: `image.architecture is ${architecture}`,
    about: ["image", "architecture"],
    help: `set image.architecture to ${architecture === "arm64" ? "x86_64" : "arm64"}`,
  };
}

function fits(supported: readonly string[] | undefined, wanted: Architecture): boolean {
  return supported === undefined || supported.includes(wanted);
}

function mismatch(
  path: Path,
  instanceType: string,
  { ofType, byName }: KnownArchitectures,
  { architecture, because, about, help }: Standard,
): Finding {
  const supported = (ofType(instanceType) ?? []).join(", ");
  // Perhaps nobody wrote it.
  const isUsual = path[0] === "scaling" && instanceType === usualInstanceType;
  const type = isUsual ? `${instanceType}, the default instance type,` : instanceType;
  const has = byName ? "looks like a type for" : "has the architecture";
  return {
    severity: "error",
    path,
    about: [about],
    message: `${type} ${has} ${supported}, but ${because}`,
    help: `choose a type such as ${fittingType(instanceType, architecture)}, or ${help}`,
  };
}
