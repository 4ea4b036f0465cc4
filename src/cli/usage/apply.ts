import type { ApplyOptions } from "../options.ts";
import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addApply: AddCommand = (program, start) => {
  program
    .command("apply")
    .argument(FILE, FILE_MEANING, given)
    .description("show the plan, ask, apply it, wait until everything is healthy, print the URL")
    .option("--yes", "apply without asking")
    .option(
      "--plan <plan.json>",
      "apply exactly a saved plan, or nothing; - reads it from standard input",
      given,
    )
    .action((file: string | undefined, options: Partial<ApplyOptions>) =>
      start("apply", async (session) =>
        (await import("../commands/apply.ts")).apply(session, file, { yes: false, ...options }),
      ),
    );
};
