import { createHash } from "node:crypto";
import { relative, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../engine/errors.ts";
import type { PlanDocument } from "../engine/plan-format.ts";
import type { Address } from "../engine/resource.ts";
import { canonicalJson, isPlainObject } from "../engine/values.ts";
import { loadStack } from "../spec/load.ts";
import { ARCHITECTURES } from "../spec/shared/architecture.ts";
import type { Inputs } from "./inputs.ts";
import type { OpenedStackFile } from "./stack-file.ts";
import { VERSION } from "./version.ts";
import {
  directoryIn,
  sourceIn,
  writeDirectory,
  writeSource,
  writtenDirectory,
  writtenSource,
} from "./written-source.ts";

/**
 * A saved plan contains the plan that was shown and the inputs of that plan: the text of the stack file, the
 * facts of the account, and the content of local files. It contains no desired resources and no build script. An
 * apply derives these again and compares the resulting plan with the shown one, field for field. So a saved plan
 * cannot make an apply do anything that the shown plan does not say, even if somebody edits the file.
 *
 * The checksum only detects damage. It is not a signature: whoever can write the file can write the checksum.
 */
const FORMAT = 6;

/** A saved plan that was read from a file, with the inputs that an apply derives it from again. */
export interface SavedPlan {
  /** The version of reconcile that saved the plan. */
  readonly version: string;
  readonly document: PlanDocument;
  readonly stackFile: Pick<OpenedStackFile, "stack" | "warnings" | "file" | "folder">;
  readonly inputs: Inputs;
}

const text = z.string();
const address = z.custom<Address>((value) => typeof value === "string" && /^[^/]+\/./.test(value));
/** Any texts: if one is missing or wrong, the plan that follows from them differs. */
const imageInputs = z.custom<NonNullable<Inputs["facts"]["usedImage"]>>(
  (value) => isPlainObject(value) && Object.values(value).every((each) => typeof each === "string"),
);
const count = z.int().min(0);
const place = z.strictObject({ id: text, zone: text });

const problem = z.strictObject({
  severity: z.enum(["error", "warning"]),
  address: address.exactOptional(),
  summary: text,
  remedy: text,
});

const document = z.strictObject({
  formatVersion: z.literal(1),
  stack: text,
  region: text.regex(/^[a-z0-9-]+$/),
  account: text,
  summary: z.strictObject({
    create: count,
    update: count,
    replace: count,
    delete: count,
    keep: count,
  }),
  changes: z.array(
    z.strictObject({
      address,
      action: z.enum(["create", "update", "replace", "delete", "keep"]),
      id: text.exactOptional(),
      because: text,
      fields: z.array(
        z.strictObject({
          path: text,
          before: z.unknown().exactOptional(),
          after: z.unknown().exactOptional(),
          known: z.boolean(),
          forcesReplace: z.boolean(),
          sensitive: z.boolean(),
        }),
      ),
    }),
  ),
  steps: z.array(
    z.strictObject({
      key: text,
      verb: z.enum(["create", "update", "delete"]),
      address,
      after: z.array(text),
    }),
  ),
  problems: z.array(problem),
});

const parts = z.strictObject({
  /** Of reconcile. */
  version: text,
  document,
  stackFile: z.strictObject({
    /** As the person named it. */
    file: text,
    /** From the working directory of the plan. */
    folder: text,
    text,
  }),
  facts: z.strictObject({
    network: z.discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("existing"),
        vpcId: text,
        loadBalancerSubnets: z.array(place).min(1),
        subnets: z.array(place).min(1),
      }),
      z.strictObject({
        kind: z.literal("own"),
        cidr: text,
        zones: z
          .array(z.strictObject({ zone: text, publicRange: text, privateRange: text }))
          .min(1),
        natZone: text,
      }),
    ]),
    baseImage: z.strictObject({
      id: text,
      release: text,
      architecture: z.enum(ARCHITECTURES),
      rootDeviceName: text,
    }),
    usedImage: imageInputs.exactOptional(),
    defaultSecurityGroupId: text.exactOptional(),
    secrets: z
      .record(text, z.strictObject({ arn: text, key: text.exactOptional() }))
      .exactOptional(),
    instanceProfile: text.exactOptional(),
    publicKey: text.exactOptional(),
    application: writtenSource.exactOptional(),
    playbook: writtenDirectory.exactOptional(),
  }),
  found: z.array(problem),
});

type Parts = z.infer<typeof parts>;

/**
 * The content that `plan --out` writes. Keep the file private: it contains the stack file and the application's
 * source.
 *
 * @param directory The working directory.
 */
export function serializePlan(
  shown: PlanDocument,
  { file, folder, text }: Pick<OpenedStackFile, "file" | "folder" | "text">,
  { facts, found }: Inputs,
  directory: string,
): string {
  const { files, baseImage, ...others } = facts;
  const { id, release, architecture, rootDeviceName } = baseImage;
  const { publicKey, application, playbook } = files;
  const saved = {
    version: VERSION,
    document: shown,
    stackFile: { file, folder: relative(directory, resolve(directory, folder)), text },
    facts: {
      ...others,
      baseImage: { id, release, architecture, rootDeviceName },
      ...(publicKey !== undefined && { publicKey }),
      ...(application && { application: writeSource(application) }),
      ...(playbook && { playbook: writeDirectory(playbook) }),
    },
    found,
  };
  return `${JSON.stringify({ savedPlan: FORMAT, sha256: checksum(saved), ...saved }, undefined, 1)}\n`;
}

/**
 * Reads a plan that `serializePlan` wrote.
 *
 * @param file The name of the plan's file.
 * @param directory The working directory. The stack file's folder is relative to it, as it was for the plan.
 * @throws UserError if the text is not a saved plan of this format.
 */
export function parseSavedPlan(content: string, file: string, directory: string): SavedPlan {
  const saved = checkedParts(content, file);
  const { version, document, stackFile, facts, found } = saved;
  const folder = resolve(directory, stackFile.folder);
  const loaded = loadStack(stackFile.text, { file: stackFile.file, folder });
  if (!("stack" in loaded)) {
    const [first] = loaded.errors;
    throw damaged(file, `its stack file has errors: ${first?.path}: ${first?.message}`);
  }
  const { stack, warnings } = loaded;
  const { publicKey, application, playbook, ...others } = facts;
  const kind = stack.application?.source.kind;
  const isRight =
    kind === "directory" || kind === "file"
      ? application !== undefined && (application.kind === "directory") === (kind === "directory")
      : application === undefined;
  if (!isRight) throw damaged(file, "the source of the application is missing");
  if ((stack.image.ansible === undefined) !== (playbook === undefined)) {
    throw damaged(file, "the folder of the playbook is missing");
  }
  return {
    version,
    document,
    stackFile: { stack, warnings, file: stackFile.file, folder },
    inputs: {
      facts: {
        ...others,
        files: {
          ...(publicKey !== undefined && { publicKey }),
          ...(application !== undefined && { application: sourceIn(application) }),
          ...(playbook !== undefined && { playbook: directoryIn(playbook) }),
        },
      },
      found,
    },
  };
}

function checkedParts(content: string, file: string): Parts {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new UserError(`${file} is not a saved plan: it is not JSON`, { remedy: AGAIN, cause });
  }
  if (!isPlainObject(value) || value["savedPlan"] === undefined) {
    throw new UserError(`${file} is not a saved plan`, { remedy: AGAIN });
  }
  const { savedPlan, sha256, ...saved } = value;
  if (savedPlan !== FORMAT) {
    throw new UserError(`${file} was saved by another version of reconcile`, { remedy: AGAIN });
  }
  const sum = checksum(saved);
  if (sum === undefined || sum !== sha256) {
    throw damaged(file, "its content does not match its checksum (SHA-256)");
  }
  const checked = parts.safeParse(saved);
  if (checked.success) return checked.data;
  const path = checked.error.issues[0]?.path.join(".") ?? "";
  throw damaged(file, path === "" ? "a part is missing or unknown" : `${path} is not valid`);
}

const AGAIN = "Create a new plan with `reconcile plan --out`.";

function damaged(file: string, why: string): UserError {
  return new UserError(`${file} is a damaged saved plan: ${why}`, { remedy: AGAIN });
}

/** Undefined for a value that nests too deep to be written. No plan does. */
function checksum(saved: Readonly<Record<string, unknown>>): string | undefined {
  try {
    return createHash("sha256").update(canonicalJson(saved)).digest("hex");
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
