import { createHash } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { type Tag, toRecord } from "../aws/tags.ts";

/**
 * Everything that goes into an image, as texts. The image's tags store them, so that a plan can show what
 * differs. A text that does not fit a tag, compressed neither, is stored as its digest. Texts are compared
 * as `shorten` makes them, however the tag stores them.
 */
export interface ImageInputs {
  /** `amazon-linux-2023`, `ubuntu-24.04`, `debian-12`. */
  readonly family: string;
  /** Id of the base image. */
  readonly base: string;
  /** The base image's release, which packages are brought to exactly. */
  readonly release: string;
  /** `all`, `security` or `none`. */
  readonly updates: string;
  /** Names, with spaces between. */
  readonly packages: string;
  /** Names, with spaces between. */
  readonly services: string;
  /** `enabled` or `disabled`. */
  readonly ipv6: string;
  readonly openFiles: string;
  /** Any canonical text of the files, contents included; empty where there are none. */
  readonly files: string;
  /** The user's commands, one a line. */
  readonly run: string;
  /** The user's checks, one a line. */
  readonly verify: string;
  /** Any canonical text of the application, its source included; empty where there is none. */
  readonly application: string;
  /** The hash in the build script's header, which changes with whatever the others do not tell. */
  readonly script: string;
}

/** Beside the inputs: the physical name of the image that a builder, group or snapshot belongs to. */
export const imageKey = "reconcile:image";

const inputKeys: Readonly<Record<keyof ImageInputs, string>> = {
  family: "reconcile:family",
  base: "reconcile:base",
  release: "reconcile:release",
  updates: "reconcile:updates",
  packages: "reconcile:packages",
  services: "reconcile:services",
  ipv6: "reconcile:ipv6",
  openFiles: "reconcile:open-files",
  files: "reconcile:files",
  run: "reconcile:run",
  verify: "reconcile:verify",
  application: "reconcile:application",
  script: "reconcile:script",
};

export const inputNames = Object.keys(inputKeys) as (keyof ImageInputs)[];

/**
 * AWS allows 256 characters in a tag's value. EC2 takes any; other than these, and spaces at the
 * ends, may not survive the way through XML.
 */
const literal = /^(?! )[ -~]{0,200}(?<! )$/;

/** What stands before a compressed text in a tag. */
const COMPRESSED = "brotli:";

/** "Tag restrictions", Amazon EC2 User Guide. */
const mostCharacters = 256;

/** As it is compared, and part of an image's name. Shortening what is short already changes nothing. */
export function shorten(text: string): string {
  if (literal.test(text)) return text;
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** As it stands in the tag: whole where it fits. */
function toTag(text: string): string {
  if (literal.test(text) && !text.startsWith(COMPRESSED)) return text;
  const compressed = `${COMPRESSED}${brotliCompressSync(text).toString("base64")}`;
  return compressed.length <= mostCharacters ? compressed : shorten(text);
}

function fromTag(value: string): string {
  if (!value.startsWith(COMPRESSED)) return value;
  const compressed = Buffer.from(value.slice(COMPRESSED.length), "base64");
  try {
    return brotliDecompressSync(compressed, { maxOutputLength: mostBytes }).toString("utf8");
  } catch {
    // Somebody changed the tag.
    return value;
  }
}

/** Some 190 compressed bytes may stand for gigabytes. */
const mostBytes = 2 ** 16;

/**
 * The tags that the image, its snapshots, its builder and the builder's group carry. `texts` are inputs
 * before they were shortened.
 */
export function inputTags(
  inputs: ImageInputs & { readonly texts?: Partial<ImageInputs> },
  imageName: string,
): Record<string, string> {
  const { texts = {} } = inputs;
  return {
    [imageKey]: imageName,
    ...Object.fromEntries(
      inputNames.map((name) => [inputKeys[name], toTag(texts[name] ?? inputs[name])]),
    ),
  };
}

/** What stands for each input of an image whose tags tell none of them. */
export const untold = "not told by its tags";

/** The inputs in an image's tags; empty texts where a tag is missing. */
export function inputsIn(tags: readonly Tag[] | undefined): ImageInputs {
  const record = toRecord(tags);
  const missing = inputNames.some((name) => inputKeys[name] in record) ? "" : untold;
  const read = (name: keyof ImageInputs) => fromTag(record[inputKeys[name]] ?? missing);
  return {
    family: read("family"),
    base: read("base"),
    release: read("release"),
    updates: read("updates"),
    packages: read("packages"),
    services: read("services"),
    ipv6: read("ipv6"),
    openFiles: read("openFiles"),
    files: read("files"),
    run: read("run"),
    verify: read("verify"),
    application: read("application"),
    script: read("script"),
  };
}
