import { Option } from "commander";
import { type AddCommand, FILE, FILE_MEANING, given } from "./command.ts";

interface ImageFlags {
  readonly checks?: boolean;
  readonly packages?: boolean;
}

export const addImage: AddCommand = (program, start) => {
  program
    .command("image")
    .argument(FILE, FILE_MEANING, given)
    .description(
      "print the image's build script, exactly as the builder runs it, or what the image has",
    )
    .option("--checks", "print everything that the build verifies, and how")
    .addOption(
      new Option(
        "--packages",
        "print the packages of the image in use, with versions (CycloneDX)",
      ).conflicts("checks"),
    )
    .action((file: string | undefined, { checks = false, packages = false }: ImageFlags) =>
      start("image", async (session) =>
        packages
          ? (await import("../commands/image-packages.ts")).imagePackages(session, file)
          : (await import("../commands/image.ts")).image(session, file, { checks }),
      ),
    );
};
