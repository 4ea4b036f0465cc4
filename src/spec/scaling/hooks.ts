import { z } from "zod";
import { duration } from "../shared/duration.ts";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";

const program = text({
  what: "an absolute path of a program",
  pattern: /^(\/[\w.+@-]+)+$/,
  allowed: "a path that starts with a slash, of letters, digits and ._+@-",
  longest: 255,
  example: "/usr/local/bin/warm-up",
  check: (path) => {
    if (/^\/\S+\s+\S/.test(path)) {
      return new Mistake(
        "run is the path of a program, without arguments",
        "put the arguments into a script, and write the path of the script",
      );
    }
    return /(^|\/)\.{1,2}(\/|$)/.test(path)
      ? new Mistake("the path contains . or ..", "write the full path, starting with /")
      : undefined;
  },
});

/** `HeartbeatTimeout` of `PutLifecycleHook`. */
const LIMITS = { least: 30, most: 2 * 3600 };

interface HookWords {
  readonly run: string;
  readonly example: string;
  readonly failed: string;
}

function hook(usual: "abandon" | "continue", words: HookWords) {
  return z.strictObject({
    run: program.meta({ description: words.run, examples: [words.example] }),
    timeout: duration(LIMITS)
      .prefault("5m")
      .meta({
        description:
          "How long it may take, 30s to 2h. Every server takes up to this time longer, also in a rollout. AWS ends a rollout after an hour without progress, so at most 45m is advisable.",
        examples: ["5m"],
      }),
    failed: z
      .enum(["abandon", "continue"])
      .default(usual)
      .meta({ description: words.failed, examples: [usual] }),
  });
}

const launch = hook("abandon", {
  run: "A program that the image has, for example by `image.files` with the mode 0755. It runs as root when the server and its application have started, before AWS counts the server as in service. The exit status 0 means success.",
  example: "/usr/local/bin/warm-up",
  failed:
    "What happens when it fails or takes too long. `abandon`: the server is terminated, and AWS starts another one. `continue`: the server goes into service.",
});

const terminate = hook("continue", {
  run: "A program that the image has. It runs as root when AWS is about to terminate the server. The exit status 0 means success. A server that is lost, or that AWS takes back as a Spot Instance, may not be able to run it.",
  example: "/usr/local/bin/flush",
  failed:
    "What happens when it fails or takes too long. The server is terminated in any case. `abandon` also skips the other hooks of the group, which somebody may have added by hand.",
});

/** Programs that servers run between two states of their life. */
export const hooksSchema = z
  .strictObject({
    launch: launch.optional().meta({
      description:
        "Runs on every new server before it goes into service. With it, `healthCheck.grace` may be 0s.",
      examples: [{ run: "/usr/local/bin/warm-up", timeout: "5m" }],
    }),
    terminate: terminate.optional().meta({
      description: "Runs on every server before it is terminated.",
      examples: [{ run: "/usr/local/bin/flush", timeout: "2m" }],
    }),
  })
  .prefault({})
  .meta({
    description:
      "Programs that a server runs when it starts and before it ends (AWS calls them lifecycle hooks). The role of the servers gets the permission that they need.",
    examples: [{ launch: { run: "/usr/local/bin/warm-up", timeout: "5m" } }],
  });
