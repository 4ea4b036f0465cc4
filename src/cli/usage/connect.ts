import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addConnect: AddCommand = (program, start) => {
  program
    .command("connect")
    .argument("[server]", "instance id (default: a server in service)", given)
    .argument(FILE, FILE_MEANING, given)
    .description("print the command that opens a shell on a server through Session Manager")
    .action((server: string | undefined, file: string | undefined) =>
      start("connect", async (session) =>
        (await import("../commands/connect.ts")).connect(session, server, file),
      ),
    );
};
