import { parseCidr } from "../shared/cidr.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { parseText } from "../shared/text.ts";

const EXAMPLE = "10.20.0.0/16";

/** The largest block that a VPC may have ("VPC CIDR blocks", Amazon VPC User Guide). */
const LARGEST = 16;
/** The smallest one in which every zone has subnets of a size that an application load balancer can grow in. */
const SMALLEST = 22;

/** "This network", loopback, link-local, multicast and reserved (RFC 6890). */
const OF_NO_MACHINE = /^(0|127|169\.254|22[4-9]|2[3-5]\d)\./;

/** The addresses of an own network. */
export function ownRange() {
  const check = (written: string) => {
    const range = parseRange(written);
    return range instanceof Mistake ? range : undefined;
  };
  return scalar({ type: "string", minLength: 1, examples: [EXAMPLE] }, (value, written) => {
    const rules = { what: "a block of IPv4 addresses", example: EXAMPLE, check };
    const text = parseText(value, rules, written);
    return text instanceof Mistake ? text : parseRange(text);
  });
}

function parseRange(written: string): string | Mistake {
  if (written.includes(":")) {
    return new Mistake(
      "an own network has IPv4 addresses only",
      `write a block of IPv4 addresses, for example ${EXAMPLE}`,
    );
  }
  const parsed = parseCidr(written);
  if (parsed instanceof Mistake) {
    // Its help offers a single address, which is no network.
    const network = /write (\S+) for the network/.exec(parsed.help ?? "")?.[1];
    return new Mistake(
      parsed.message,
      network === undefined
        ? `write the first address and the size, for example ${EXAMPLE}`
        : `write ${network}`,
    );
  }
  if (OF_NO_MACHINE.test(parsed.value)) {
    return new Mistake(
      `no machine can have an address of ${parsed.value}`,
      `write a private block, for example ${EXAMPLE}`,
    );
  }
  const [address, size] = parsed.value.split("/");
  const length = Number(size);
  if (length < LARGEST) {
    return new Mistake(
      `a block of /${size} is too large: AWS allows at most /${LARGEST}`,
      `write ${address}/${LARGEST}`,
    );
  }
  if (length > SMALLEST) {
    return new Mistake(
      `a block of /${size} is too small for the subnets of an own network`,
      `write a block of /${LARGEST} to /${SMALLEST}`,
    );
  }
  return parsed.value;
}
