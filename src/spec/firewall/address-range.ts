import { quote } from "../finding.ts";
import { parseCidr } from "../shared/cidr.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { parseText } from "../shared/text.ts";

/** A range of addresses as AWS WAF takes it. The parsed value is as AWS writes it. */
export function addressRange(example: string) {
  const check = (text: string): Mistake | undefined => {
    const range = parseRange(text, example);
    return range instanceof Mistake ? range : undefined;
  };
  return scalar({ type: "string", minLength: 1, examples: [example] }, (value, written) => {
    const text = parseText(value, { what: "a CIDR", example, check }, written);
    return text instanceof Mistake ? text : parseRange(text, example);
  });
}

function parseRange(text: string, example: string): string | Mistake {
  if (!/^[\d./]+$/.test(text) && !text.includes(":")) {
    return new Mistake(
      `${quote(text)} is not a CIDR`,
      `use a range of addresses, because AWS WAF knows no names, groups or ids; for example ${example}`,
    );
  }
  // "IPSet", AWS WAFV2 API Reference: all ranges except for /0.
  if (/^[\da-f.:]+\/0+$/i.test(text)) {
    return new Mistake(
      `${quote(text)} stands for every address, which AWS WAF accepts in no list`,
      `write the ranges that you mean, for example ${example}`,
    );
  }
  const parsed = parseCidr(text, 1);
  return parsed instanceof Mistake ? parsed : parsed.value;
}
