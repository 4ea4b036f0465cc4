import type { DestroyOptions } from "../options.ts";
import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addDestroy: AddCommand = (program, start) => {
  program
    .command("destroy")
    .argument(FILE, FILE_MEANING, given)
    .description("delete every resource that carries the stack's tags")
    .option("--yes", "delete without asking for the stack's name")
    .action((file: string | undefined, options: Partial<DestroyOptions>) =>
      start("destroy", async (session) =>
        (await import("../commands/destroy.ts")).destroy(session, file, { yes: false, ...options }),
      ),
    );
};
