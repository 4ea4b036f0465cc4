import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

export const addImage: AddCommand = (program, start) => {
  program
    .command("image")
    .argument(FILE, FILE_MEANING, given)
    .description("print the image's build script, exactly as the builder runs it")
    .option("--checks", "print everything that the build verifies, and how")
    .action((file: string | undefined, options: { checks?: true }) =>
      start("image", async (session) =>
        (await import("../commands/image.ts")).image(session, file, { checks: false, ...options }),
      ),
    );
};
