import type { PlanOptions } from "../options.ts";
import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addPlan: AddCommand = (program, start) => {
  program
    .command("plan")
    .argument(FILE, FILE_MEANING, given)
    .description("show what differs from the stack file; changes nothing")
    .option("--check", "exit with code 2 if anything differs")
    .option(
      "--out <plan.json>",
      "save the plan for apply --plan; - writes it to standard output",
      given,
    )
    .action((file: string | undefined, options: Partial<PlanOptions>) =>
      start("plan", async (session) =>
        (await import("../commands/plan.ts")).plan(session, file, { check: false, ...options }),
      ),
    );
};
