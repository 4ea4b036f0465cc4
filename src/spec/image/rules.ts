import { type Finding, quote } from "../finding.ts";
import { ansibleRules } from "./ansible-rules.ts";
import type { BaseFamily, ImageFile } from "./schema.ts";
import { sourceRules } from "./source-rules.ts";

/** What each family calls its time daemon. The original `ntp` is in none of them. */
const TIME = {
  "amazon-linux-2023": { package: "chrony", service: "chronyd" },
  "debian-12": { package: "chrony", service: "chrony" },
  "ubuntu-24.04": { package: "chrony", service: "chrony" },
} as const;

/** The machine image. */
export function* imageRules(image: ImageFile): Iterable<Finding> {
  yield* timeDaemon(image);
  yield* ipv6Settings(image);
  yield* repeatedPackages(image);
  yield* sourceRules(image.sources, familyOf(image));
  yield* ansibleRules(image.ansible, familyOf(image));
  yield* repeatedItems(
    (image.ansible?.collections ?? []).map((each) => each.replace(/==.*/, "")),
    ["image", "ansible", "collections"],
  );
  yield* repeatedItems(image.services, ["image", "services"]);
  yield* repeatedItems(
    image.files.map(({ path }) => path),
    ["image", "files"],
    "path",
  );
  for (const [index, { mode, path }] of image.files.entries()) {
    if (!/[2367]$/.test(mode)) continue;
    yield {
      severity: "warning",
      path: ["image", "files", index, "mode"],
      message: `mode ${mode} lets every user of the server change ${quote(path)}`,
      help: `write "${mode.slice(0, 3)}4" if other users only need to read it`,
    };
  }
  if (typeof image.base !== "string" && image.release !== "latest") {
    yield {
      severity: "error",
      path: ["image", "release"],
      message: "an image id is already one exact release",
      help: "remove the release field, or name a family in base",
    };
  }
  if (image.name !== undefined && (image.keep ?? 0) > 0) {
    yield {
      severity: "error",
      path: ["image", "keep"],
      message: `AWS allows only one image with the name ${image.name}, so no earlier image can be kept`,
      help: "write keep: 0, or remove the name field",
    };
  }
}

/** Without IPv6 the kernel has no such settings. */
function* ipv6Settings({ ipv6, kernel }: ImageFile): Iterable<Finding> {
  if (ipv6 === "enabled") return;
  for (const name of Object.keys(kernel)) {
    if (!name.startsWith("net.ipv6.")) continue;
    yield {
      severity: "error",
      path: ["image", "kernel", name],
      about: [["image", "ipv6"]],
      message: `${name} has no effect, because IPv6 is disabled`,
      help: "remove the setting, or write ipv6: enabled",
    };
  }
}

function* timeDaemon(image: ImageFile): Iterable<Finding> {
  const family = familyOf(image);
  const { package: daemon, service } = TIME[family];
  for (const [index, name] of image.packages.entries()) {
    // Debian and Ubuntu still have a package ntp, which installs ntpsec.
    if (!/^ntp(=|$)/.test(name) || family !== "amazon-linux-2023") continue;
    yield {
      severity: "error",
      path: ["image", "packages", index],
      about: [["image", "base"]],
      message: "Amazon Linux 2023 has no package ntp",
      help: `use ${daemon} instead, with the service ${service}`,
    };
  }
  for (const [index, name] of image.services.entries()) {
    if (!/^ntpd?(\.service)?$/.test(name) || family !== "amazon-linux-2023") continue;
    yield {
      severity: "error",
      path: ["image", "services", index],
      about: [["image", "base"]],
      message: `Amazon Linux 2023 has no service ${name}`,
      help: `use ${service} instead, from the package ${daemon}`,
    };
  }
}

function familyOf({ base }: ImageFile): BaseFamily {
  return typeof base === "string" ? base : base.family;
}

/** Names that the build changes into the distribution's own. */
const OTHER_NAMES: Readonly<Record<BaseFamily, ReadonlyMap<string, string>>> = {
  "amazon-linux-2023": new Map([["ntp", "chrony"]]),
  "debian-12": new Map([
    ["ntp", "chrony"],
    ["mtr", "mtr-tiny"],
  ]),
  "ubuntu-24.04": new Map([
    ["ntp", "chrony"],
    ["mtr", "mtr-tiny"],
  ]),
};

/** A package can be installed in one version only. */
function* repeatedPackages(image: ImageFile): Iterable<Finding> {
  const { packages } = image;
  const path = ["image", "packages"];
  yield* repeatedItems(packages, path);
  const others = OTHER_NAMES[familyOf(image)];
  const asked = packages.map((written) => {
    const [name = "", version] = written.split("=");
    return { name: others.get(name) ?? name, version };
  });
  for (const [index, { name, version }] of asked.entries()) {
    const first = asked.findIndex((other) => other.name === name);
    const written = packages[index] ?? "";
    // Without a version, the same package under two names is only said twice.
    if (version === asked[first]?.version || packages.indexOf(written) !== index) continue;
    yield {
      severity: "error",
      path: [...path, index],
      item: [...path, first],
      message: `${quote(written)} asks for the package ${name} in another version than`,
      help: "remove one of the two",
    };
  }
}

function* repeatedItems(
  items: readonly string[],
  path: readonly string[],
  field?: string,
): Iterable<Finding> {
  for (const [index, item] of items.entries()) {
    const first = items.indexOf(item);
    if (first === index) continue;
    yield {
      severity: "error",
      path: [...path, index, ...(field === undefined ? [] : [field])],
      item: [...path, first],
      message: `${quote(item)} is already in the list, as`,
      help: "remove one of the two",
    };
  }
}
