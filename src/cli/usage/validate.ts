import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addValidate: AddCommand = (program, start) => {
  program
    .command("validate")
    .argument(FILE, FILE_MEANING, given)
    .description("check the stack file; makes no AWS calls")
    .action((file?: string) =>
      start("validate", async (session) =>
        (await import("../commands/validate.ts")).validate(session, file),
      ),
    );
};
