import { z } from "zod";
import { Mistake } from "../shared/scalar.ts";
import { text } from "../shared/text.ts";
import { variableName } from "./environment.ts";

/** "Requirements and constraints for parameter names", AWS Systems Manager User Guide. */
const PARAMETER = /^(\/?[\w.-]+)(\/[\w.-]+){0,14}$/;
/** "CreateSecret", AWS Secrets Manager API Reference; and a key of the JSON object in the secret. */
const SECRET = /^[\w/+=.@-]{1,512}(#[^\n\r\0]+)?$/;

const KINDS =
  "ssm:/shop/database-url for a parameter, or secretsmanager:shop/api for a secret, with #key for one value of its JSON";

const reference = text({
  what: "a place of a secret",
  example: "ssm:/shop/database-url",
  longest: 1100,
  check: (value) => {
    const [, kind, name = ""] = /^([^:]*):(.*)$/s.exec(value) ?? [];
    if (kind !== "ssm" && kind !== "secretsmanager") {
      // Not repeated: it may be the secret itself.
      return new Mistake("this does not say where the secret is", `write ${KINDS}`);
    }
    if (name.startsWith("arn:")) {
      return new Mistake(
        "this is an ARN, and the servers read the secrets of their own account and region",
        "write the name alone, of a secret in the stack's account and region",
      );
    }
    if ((kind === "ssm" ? PARAMETER : SECRET).test(name)) return undefined;
    return new Mistake(
      kind === "ssm"
        ? "this is no name of a parameter"
        : "this is no name of a secret in Secrets Manager",
      `write ${KINDS}`,
    );
  },
});

/** Where AWS keeps the values of variables, by the variables' names. */
export const secretsSchema = z.record(variableName("DATABASE_URL"), reference).meta({
  examples: [{ DATABASE_URL: "ssm:/shop/database-url", API_KEY: "secretsmanager:shop/api#key" }],
});
