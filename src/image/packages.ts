import { gunzipSync } from "node:zlib";

/** Where the build writes the image's bill of materials. Scanners recognise such a document by its ending. */
export const billPath = "/usr/share/sbom/image.cdx.json";

/**
 * The most lines of the console for the list. EC2 keeps 64 KiB of a console, and the list must leave room for the
 * verdict. About a thousand packages fit, more than into the tags of a snapshot.
 */
export const mostBillLines = 60;

/** A package of an image. */
export interface Package {
  /** `pkg:deb/debian/bash@5.2.15-2%2Bb8?arch=amd64&distro=debian-12`. */
  readonly purl: string;
  /** `deb/debian`, `rpm/amzn`, `pypi`, `npm`. */
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  /** As the package URL has them: `arch=amd64&distro=debian-12`. */
  readonly qualifiers: string;
}

/** The package URLs that the list of a build's console names. Undefined if it is incomplete or none. */
export function unpackConsoleList(base64: string): readonly string[] | undefined {
  try {
    const text = gunzipSync(Buffer.from(base64, "base64"), { maxOutputLength: mostBytes });
    return readPurls(text.toString("latin1"));
  } catch {
    // Its beginning is missing because it was too long, or a line was lost.
    return undefined;
  }
}

/** A list that a console or tags can contain unpacks to a tenth of this. Others may be made to exhaust the memory. */
export const mostBytes = 2 ** 20;

/** The package URLs, one a line. Undefined if anything else is among them. */
export function readPurls(text: string): readonly string[] | undefined {
  const purls = text.split("\n").filter((line) => line !== "");
  return purls.length > 0 && purls.every((purl) => readPurl(purl) !== undefined)
    ? purls
    : undefined;
}

/** As the build writes it: its parts are encoded, so none has a character that ends another part. */
const form =
  /^pkg:(?<kind>npm|pypi|(?:deb|rpm)\/[a-z]+)\/(?<name>[\w.~%/-]+)@(?<version>[\w.~%:-]+)(?:\?(?<qualifiers>[\w.~%:=&-]+))?$/;

/** The parts of a package URL of the build. Undefined if it is none. */
export function readPurl(purl: string): Package | undefined {
  const { kind, name, version, qualifiers = "" } = form.exec(purl)?.groups ?? {};
  if (kind === undefined || name === undefined || version === undefined) return undefined;
  try {
    return {
      purl,
      kind,
      name: decodeURIComponent(name),
      version: decodeURIComponent(version),
      qualifiers,
    };
  } catch {
    return undefined;
  }
}

/**
 * A shorter text of the same package URLs. What several have in common comes once, at the beginning:
 * `deb/debian arch=all&distro=debian-12`. After an empty line, each package has a line: its name, its version, and
 * the number of what it has in common, if that is not the first.
 */
export function condense(purls: readonly string[]): string {
  const common: string[] = [];
  const lines = purls.map((purl) => {
    const { kind, name, version, qualifiers = "" } = form.exec(purl)?.groups ?? {};
    const words = qualifiers === "" ? `${kind}` : `${kind} ${qualifiers}`;
    if (!common.includes(words)) common.push(words);
    const number = common.indexOf(words);
    return `${name} ${version}${number === 0 ? "" : ` ${number}`}`;
  });
  return [...common, "", ...lines].join("\n");
}

/**
 * The package URLs of a condensed text, in the same order. Undefined for any other text, and for one of more
 * than `mostBytes`.
 */
export function expand(text: string): readonly string[] | undefined {
  const [head = "", body = ""] = text.split(/\n\n(.*)/s);
  const common = head.split("\n");
  const purls = body.split("\n").map((line) => {
    const [name = "", version = "", number = "0"] = line.split(" ");
    const [kind = "", qualifiers] = common[Number(number)]?.split(" ") ?? [];
    return `pkg:${kind}/${name}@${version}${qualifiers === undefined ? "" : `?${qualifiers}`}`;
  });
  // What the packages have in common is written once and repeated here.
  const length = purls.reduce((sum, purl) => sum + purl.length, 0);
  return length > mostBytes ? undefined : readPurls(purls.join("\n"));
}

/** What a bill of materials says of the image itself. */
export interface DescribedImage {
  /** `ami-…`. */
  readonly id: string;
  readonly name: string;
  /** Of the base image. */
  readonly release: string;
  /** Id of the base image. */
  readonly base: string;
  /** ISO 8601; empty if unknown. */
  readonly builtAt: string;
}

/** The bill of materials as CycloneDX 1.6, with the components of the document in the image. */
export function billOfMaterials(purls: readonly string[], image: DescribedImage): object {
  const { id, name, release, base, builtAt } = image;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      ...(builtAt !== "" && { timestamp: builtAt }),
      component: {
        type: "operating-system",
        "bom-ref": id,
        name,
        version: release,
        properties: [
          { name: "reconcile:id", value: id },
          { name: "reconcile:base", value: base },
        ],
      },
    },
    components: purls
      .flatMap((purl) => readPurl(purl) ?? [])
      .map(({ purl, name: component, version }) => ({
        type: "library",
        name: component,
        version,
        purl,
      })),
  };
}

/** The most packages that a sentence names. */
const mostNamed = 12;

/** Longer names and versions are rare, and would hide the others. */
const longestPart = 60;

/**
 * Which packages of one list differ from those of another, in a sentence. The longest lists give a short one, too.
 *
 * @param before what the packages are compared with: `ami-1, which servers start from`.
 */
export function changedPackages(
  one: readonly string[],
  other: readonly string[],
  before: string,
): string {
  const changes = changesBetween(one, other);
  const count = changes.length;
  if (count === 0) return `No package differs from ${before}.`;
  const rest = count > mostNamed ? `; and ${count - mostNamed} more` : "";
  const words = count === 1 ? "1 package differs" : `${count} packages differ`;
  return `${words} from ${before}: ${changes.slice(0, mostNamed).join("; ")}${rest}.`;
}

/** Updated ones first, because people look for these. */
function changesBetween(one: readonly string[], other: readonly string[]): readonly string[] {
  const [before, after] = [versionsIn(one), versionsIn(other)];
  const updated: string[] = [];
  const added: string[] = [];
  const removed: string[] = [];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const gone = missing(before.get(name), after.get(name));
    const come = missing(after.get(name), before.get(name));
    const [was, is] = [gone[0], come[0]];
    if (gone.length === 1 && come.length === 1 && was !== undefined && is !== undefined) {
      updated.push(`${name} ${was} → ${is}`);
    } else {
      added.push(...come.map((version) => `${name} ${version} added`));
      removed.push(...gone.map((version) => `${name} ${version} removed`));
    }
  }
  return [...updated, ...added, ...removed];
}

/** By name. A name may be installed in several versions, and for several architectures. */
function versionsIn(purls: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>();
  for (const { kind, name, version, qualifiers } of purls.flatMap((each) => readPurl(each) ?? [])) {
    const registry = registries[kind];
    const shown = `${shortened(name)}${registry === undefined ? "" : ` (${registry})`}`;
    const epoch = /(?:^|&)epoch=(\d+)/.exec(qualifiers)?.[1];
    const known = versions.get(shown) ?? new Set();
    known.add(shortened(epoch === undefined ? version : `${epoch}:${version}`));
    versions.set(shown, known);
  }
  return versions;
}

/** A package of the distribution may have the same name. */
const registries: Readonly<Record<string, string>> = { pypi: "PyPI", npm: "npm" };

function missing(
  these: ReadonlySet<string> = new Set(),
  others: ReadonlySet<string> = new Set(),
): readonly string[] {
  return [...these].filter((each) => !others.has(each)).sort();
}

function shortened(part: string): string {
  return part.length > longestPart ? `${part.slice(0, longestPart)}…` : part;
}
