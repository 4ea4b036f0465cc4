import { z } from "zod";
import type { Written } from "../section.ts";

export const accessSchema = z
  .enum(["none", "session-manager"])
  .prefault("none")
  .meta({
    description:
      "How people get a shell on a server, beside SSH with `keyPair`. `session-manager`: by AWS Systems Manager Session Manager, which needs no open port and no key. The image then has the SSM Agent, and the role of the servers allows it what sessions need. On `debian-12`, a package source of your own must have the package `amazon-ssm-agent` (`image.sources`), because Debian has none.",
    examples: ["session-manager"],
  });

export type AccessFile = Written<typeof accessSchema>;
