import { z } from "zod";
import { usualText } from "../finding.ts";

/** Why a value was refused, in the words that the person will read. */
export class Mistake {
  readonly message: string;
  readonly help: string | undefined;

  constructor(message: string, help?: string) {
    this.message = message;
    this.help = help;
  }
}

/** What the JSON Schema says about such a value. The parser decides. */
interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Readonly<Record<string, unknown>>[];
  readonly examples?: readonly unknown[];
}

/**
 * A value with a syntax of its own. zod's own checks would answer with a pattern or with "invalid
 * input"; a parser for one kind of value knows what the person meant and what is correct.
 */
export function scalar<Value>(
  shape: Shape,
  /** `written` is what the person wrote, where YAML reads more into it than text: `0o644` is 420. */
  parse: (value: unknown, written: string) => Value | Mistake,
  /** Whether its words also explain a missing value. By default, they explain only a wrong one. */
  { answersNothing = false }: { readonly answersNothing?: boolean } = {},
) {
  return z
    .unknown()
    .transform((value, context): Value => {
      const parsed = parse(value, usualText(value));
      if (!(parsed instanceof Mistake)) return parsed;
      // Values come here without their place, so what was written there is known only later.
      const retell = (written: string) => parse(value, written);
      context.addIssue({
        code: "custom",
        message: parsed.message,
        params: { help: parsed.help, retell, answersNothing },
        input: value,
      });
      return z.NEVER;
    })
    .meta({ ...shape });
}
