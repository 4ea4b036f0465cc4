import { z } from "zod";
import type { Written } from "../section.ts";

export const accessSchema = z
  .enum(["none", "session-manager"])
  .prefault("none")
  .meta({
    description:
      "How people get a shell on a server, beside SSH with `keyPair`. `session-manager`: by AWS Systems Manager Session Manager, which needs no open port and no key. The image then has the SSM Agent, and the role of the servers allows it what sessions need. Debian has no such package: there, the build installs AWS's own and verifies its signature, unless `image.packages` names `amazon-ssm-agent`, which then comes from your own package source (`image.sources`).",
    examples: ["session-manager"],
  });

export type AccessFile = Written<typeof accessSchema>;
