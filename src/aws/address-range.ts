/** A block of IPv4 addresses in numbers. */
interface Block {
  readonly first: number;
  readonly size: number;
}

function blockOf(cidr: string): Block {
  const [address = "", bits = "32"] = cidr.split("/");
  const first = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { first, size: 2 ** (32 - Number(bits)) };
}

/** Whether two blocks of IPv4 addresses, such as 10.20.0.0/16, have an address in common. */
export function rangesOverlap(one: string, other: string): boolean {
  const [a, b] = [blockOf(one), blockOf(other)];
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/**
 * The blocks of a size in a part of a block.
 *
 * @param bits The size: a block of /16 has 8 of /19.
 */
export function rangesIn(cidr: string, bits: number): readonly string[] {
  const { first, size } = blockOf(cidr);
  const each = 2 ** (32 - bits);
  return Array.from({ length: size / each }, (_, index) => {
    const start = first + index * each;
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
    return `${octets.join(".")}/${bits}`;
  });
}

/** The number of bits that the addresses of a block have in common. */
export function prefixLength(cidr: string): number {
  return Number(cidr.split("/")[1]);
}
