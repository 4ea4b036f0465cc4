import { allOf, type Finding } from "../finding.ts";
import type { BaseFamily } from "../image/schema.ts";
import type { StackFile } from "../stack-file.ts";

/**
 * The versions of Python that a distribution's own repositories offer: "Python in AL2023", Amazon Linux 2023 User
 * Guide; packages.debian.org; packages.ubuntu.com.
 */
const OFFERED: Readonly<Record<BaseFamily, readonly string[]>> = {
  "amazon-linux-2023": ["3.9", "3.11", "3.12", "3.13", "3.14"],
  "debian-12": ["3.11"],
  "ubuntu-24.04": ["3.12"],
};

/** The base image's distribution must offer the application's version of Python. */
export function* unofferedPythonVersion({ application, image }: StackFile): Iterable<Finding> {
  if (application === undefined || Array.isArray(application.python)) return;
  const { version } = application.python;
  const family = typeof image.base === "string" ? image.base : image.base.family;
  const offered = OFFERED[family];
  if (version === undefined || offered.includes(version)) return;
  const others = Object.entries(OFFERED).filter(([, versions]) => versions.includes(version));
  yield {
    severity: "error",
    path: ["application", "python", "version"],
    about: [["image", "base"]],
    message: `${family} has no Python ${version}; it offers ${allOf(offered)}`,
    help: `write version: "${offered.at(-1)}"${others.length === 0 ? "" : `, or use base: ${others[0]?.[0]}`}`,
  };
}
