import type { Finding } from "../finding.ts";
import type { StackFile } from "../stack-file.ts";

/** Debian has no package of the SSM Agent ("AMIs with SSM Agent preinstalled", AWS Systems Manager User Guide). */
export function* missingSessionAgent({ access, image }: StackFile): Iterable<Finding> {
  const { base, sources } = image;
  const family = typeof base === "string" ? base : base.family;
  if (access !== "session-manager" || family !== "debian-12") return;
  // The other kind is a proxy.
  if (sources.some(({ url }) => url !== undefined)) return;
  yield {
    severity: "error",
    path: ["access"],
    about: [
      ["image", "base"],
      ["image", "sources"],
    ],
    message: "debian-12 has no package of the SSM Agent, which sessions need",
    help: "add a package source that has amazon-ssm-agent (image.sources), or use amazon-linux-2023 or ubuntu-24.04",
  };
}
