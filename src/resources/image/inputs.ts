import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import type { OwnTagKey, OwnTags } from "../../aws/own-tag-keys.ts";
import { type Tag, toRecord } from "../../aws/tags.ts";
import { withoutSecrets } from "../../image/contents.ts";

/**
 * All inputs of an image, as texts. The image's tags store them, so that a plan can show what differs.
 * A text that does not fit in a tag, even compressed, is stored as its digest. Texts are compared in
 * the form of `shorten`, however the tag stores them.
 */
export interface ImageInputs {
  /** `amazon-linux-2023`, `ubuntu-24.04`, `debian-12`. */
  readonly family: string;
  /** `x86_64` or `arm64`. */
  readonly architecture: string;
  /** Id of the base image. */
  readonly base: string;
  /** The base image's release. Packages are updated to exactly this release. */
  readonly release: string;
  /** `all`, `security` or `none`. */
  readonly updates: string;
  /** Names, with spaces between. */
  readonly packages: string;
  /** Package sources, one a line, and the proxy. */
  readonly sources: string;
  /** Names, with spaces between. */
  readonly services: string;
  /** `enabled` or `disabled`. */
  readonly ipv6: string;
  /** `strong` or `basic`, `audit`, and the kernel settings of the stack file's own. */
  readonly hardening: string;
  readonly openFiles: string;
  /** What differs from the base image's size, gp3 and the default key: `20GiB gp2 alias/web`. */
  readonly disk: string;
  /** A canonical text of the files and their contents; empty if there are none. */
  readonly files: string;
  /** The user's commands, one a line. */
  readonly run: string;
  /** The user's checks, one a line. */
  readonly verify: string;
  /** Exceptions from the checks of the image's integrity, one a line. */
  readonly allow: string;
  /** A canonical text of the playbook and its folder; empty if there is none. */
  readonly ansible: string;
  /** The names of the application's environment, each with a digest of its value: `LOG_LEVEL=0123456789ab`. */
  readonly environment: string;
  /**
   * A canonical text of the application and its source; empty if there is none. Of the command and of a
   * URL's query, it has only digests, because many people may read tags.
   */
  readonly application: string;
  /** The hash in the build script's header. It also covers what the other inputs do not. */
  readonly script: string;
}

/** Beside the inputs: the physical name of the image that a builder, group or snapshot belongs to. */
export const imageKey = "reconcile:image" satisfies OwnTagKey;

/** Of a builder and its group: the bucket that the build script is stored in, if it is. */
export const bucketKey = "reconcile:bucket" satisfies OwnTagKey;

/** Few images have these. They share a tag, because AWS allows 50, and most are for the stack file's own. */
const sharingNames = [
  "sources",
  "allow",
  "environment",
] as const satisfies readonly (keyof ImageInputs)[];
const sharedKey = "reconcile:further" satisfies OwnTagKey;

type SharingInputs = Pick<ImageInputs, (typeof sharingNames)[number]>;

/** Its tag is only on images that have a playbook. */
const ansibleKey = "reconcile:ansible" satisfies OwnTagKey;

const inputKeys: Readonly<
  Record<Exclude<keyof ImageInputs, keyof SharingInputs | "ansible">, OwnTagKey>
> = {
  family: "reconcile:family",
  architecture: "reconcile:architecture",
  base: "reconcile:base",
  release: "reconcile:release",
  updates: "reconcile:updates",
  packages: "reconcile:packages",
  services: "reconcile:services",
  ipv6: "reconcile:ipv6",
  hardening: "reconcile:hardening",
  openFiles: "reconcile:open-files",
  disk: "reconcile:disk",
  files: "reconcile:files",
  run: "reconcile:run",
  verify: "reconcile:verify",
  application: "reconcile:application",
  script: "reconcile:script",
};

const ownNames = Object.keys(inputKeys) as (keyof typeof inputKeys)[];
export const inputNames: readonly (keyof ImageInputs)[] = [...ownNames, ...sharingNames, "ansible"];

/**
 * AWS allows 256 characters in a tag's value. EC2 accepts any character, but others than these, and
 * spaces at the ends, may not survive XML.
 */
const literal = /^(?! )[ -~]{0,200}(?<! )$/;

/** The prefix of a compressed text in a tag. */
const COMPRESSED = "brotli:";

/** "Tag restrictions", Amazon EC2 User Guide. */
const mostCharacters = 256;

/** Three of these have room in one tag, in JSON. */
const shortLiteral = /^(?! )[ !#-[\]-~]{0,80}(?<! )$/;

/**
 * An input in the form that is compared, and that is part of an image's name. Shortening is
 * idempotent.
 */
export function shorten(name: keyof ImageInputs, text: string): string {
  const isShared = sharingNames.some((each) => each === name);
  return (isShared ? shortLiteral : literal).test(text) ? text : digest(text);
}

function digest(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** The value of a tag for a text: the whole text if it fits. */
function toTag(text: string): string {
  if (literal.test(text) && !text.startsWith(COMPRESSED)) return text;
  const compressed = `${COMPRESSED}${brotliCompressSync(text).toString("base64")}`;
  return compressed.length <= mostCharacters ? compressed : digest(text);
}

function fromTag(value: string): string {
  if (!value.startsWith(COMPRESSED)) return value;
  const compressed = Buffer.from(value.slice(COMPRESSED.length), "base64");
  try {
    return brotliDecompressSync(compressed, { maxOutputLength: mostBytes }).toString("utf8");
  } catch {
    // Not compressed by reconcile: somebody changed the tag.
    return value;
  }
}

/** About 190 compressed bytes can unpack to gigabytes. */
const mostBytes = 2 ** 16;

/**
 * The tags that the image, its builder and the builder's group carry. `texts` are inputs
 * before they were shortened.
 */
export function inputTags(
  inputs: ImageInputs & { readonly texts?: Partial<ImageInputs> },
  imageName: string,
): OwnTags {
  const { texts = {} } = inputs;
  const textOf = (name: keyof ImageInputs) => texts[name] ?? inputs[name];
  return {
    [imageKey]: imageName,
    ...Object.fromEntries(ownNames.map((name) => [inputKeys[name], toTag(textOf(name))])),
    ...sharedTag(textOf),
    ...(textOf("ansible") !== "" && { [ansibleKey]: toTag(textOf("ansible")) }),
  };
}

/** No tag without such an input. Texts that do not fit together have the form that is compared. */
function sharedTag(textOf: (name: keyof SharingInputs) => string): OwnTags {
  const texts = sharingNames.map(textOf);
  if (texts.every((text) => text === "")) return {};
  const whole = toTag(JSON.stringify(texts));
  const short = sharingNames.map((name) => shorten(name, textOf(name)));
  return { [sharedKey]: whole.startsWith("sha256:") ? JSON.stringify(short) : whole };
}

function sharingInputs(tag: string | undefined, missing: string): SharingInputs {
  const texts = tag === undefined ? [] : listIn(fromTag(tag));
  // An earlier release wrote no environment.
  const [sources = missing, allow = missing, environment = missing] =
    texts ?? sharingNames.map(() => untold);
  return { sources, allow, environment };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Undefined if the text is no list of texts, because somebody changed the tag. */
function listIn(text: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every(isText) ? list : undefined;
  } catch {
    return undefined;
  }
}

const usualArchitecture = "x86_64";
/** The tags of the builder and its group. */
export function builderTags(
  inputs: ImageInputs & {
    readonly texts?: Partial<ImageInputs>;
    readonly bucket?: { readonly name: string };
  },
  imageName: string,
): OwnTags {
  const { bucket } = inputs;
  return {
    ...inputTags(inputs, imageName),
    ...(bucket !== undefined && { [bucketKey]: bucket.name }),
  };
}

/** The value of each input if an image's tags record none. */
export const untold = "not recorded in its tags";

/** The inputs recorded in an image's tags. A missing tag gives an empty text. */
export function inputsIn(tags: readonly Tag[] | undefined): ImageInputs {
  const record = toRecord(tags);
  const missing = ownNames.some((name) => inputKeys[name] in record) ? "" : untold;
  const read = (name: keyof typeof inputKeys) => fromTag(record[inputKeys[name]] ?? missing);
  return {
    family: read("family"),
    // An image without this tag is from a release of `reconcile` that built for x86_64 alone.
    architecture: read("architecture") || usualArchitecture,
    base: read("base"),
    release: read("release"),
    updates: read("updates"),
    packages: read("packages"),
    services: read("services"),
    ipv6: read("ipv6"),
    hardening: read("hardening"),
    openFiles: read("openFiles"),
    disk: read("disk"),
    files: read("files"),
    run: read("run"),
    verify: read("verify"),
    application: withoutSecrets(read("application")),
    script: read("script"),
    ansible: fromTag(record[ansibleKey] ?? missing),
    ...sharingInputs(record[sharedKey], missing),
  };
}
