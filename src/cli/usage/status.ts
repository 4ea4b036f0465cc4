import { WATCHED_STATUS } from "../choose-view.ts";
import type { StatusOptions } from "../options.ts";
import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addStatus: AddCommand = (program, start) => {
  program
    .command("status")
    .argument(FILE, FILE_MEANING, given)
    .description("show whether the servers are in service, the live resources and the URL")
    .option(
      "--check",
      "exit with code 3 if the servers are not healthy, 2 if anything differs from the stack file",
    )
    .option(
      "--watch",
      "keep showing changes; with --check, until healthy and matching the stack file",
    )
    .action((file: string | undefined, options: Partial<StatusOptions>) =>
      start(options.watch === true ? WATCHED_STATUS : "status", async (session) =>
        (await import("../commands/status.ts")).status(session, file, {
          check: false,
          watch: false,
          ...options,
        }),
      ),
    );
};
