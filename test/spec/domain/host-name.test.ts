import { describe, expect, test } from "vitest";
import fc from "../../fast-check.ts";
import { type Case, CERTIFICATE, domainOf, each, mistakeIn } from "./domains.ts";

const label = "a".repeat(63);
const longest = `${label}.${label}.${label}.${"a".repeat(57)}.com`;

describe("a name", () => {
  test.each([
    "a.de",
    "a.b.c.d.example.com",
    "1.2.3.4.example",
    "3com.com",
    "a--b.example.com",
    "xn--bcher-kva.de",
    "a.xn--p1ai",
    "*.a.de",
    "notamazonaws.com",
    "amazonaws.com.example.com",
    `${label}.example.com`,
    longest,
  ])("%s", (name) => {
    expect(domainOf({ names: ["example.com", name] })?.names).toEqual(["example.com", name]);
  });

  const form =
    "use letters, digits and hyphens, with dots between the parts, and no hyphen at the start or end of a part; for example shop.example.com";
  const example = "for example shop.example.com";
  const shop = "write shop.example.com";

  test.each<Case>([
    ["", `expected a host name, but the text is empty → ${example}`],
    [5, `expected a host name, but YAML reads 5 as a number → ${example}`],
    ["shop", `"shop" is only a part of a name: it has no dot inside → ${example}`],
    ["shop.", `"shop." is only a part of a name: it has no dot inside → ${example}`],
    ["https://shop.example.com", `this is a URL, not a host name → ${shop}`],
    ["https://shop.example.com:8443/cart?a#b", `this is a URL, not a host name → ${shop}`],
    ["HTTPS://Shop.Example.com/", `this is a URL, not a host name → ${shop}`],
    ["https://user:secret@shop.example.com/", `this is a URL, not a host name → ${shop}`],
    ["https://bücher.de/", "this is a URL, not a host name → write xn--bcher-kva.de"],
    ["https://shop\u202e.example.com/", `this is a URL, not a host name → ${example}`],
    [
      "shop.example.com:443",
      `a host name has no port, but this is "shop.example.com:443" → ${shop}; ports belong in loadBalancer.listeners`,
    ],
    ["shop.example.com/", `a host name has no path, but this is "shop.example.com/" → ${shop}`],
    [
      "shop.example.com?a=b",
      `a host name has no path, but this is "shop.example.com?a=b" → ${shop}`,
    ],
    ["me@example.com", "this is a mail address, not a host name → write example.com"],
    ...each(
      ["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "[::1]"],
      (address) =>
        `"${address}" is an IP address, not a host name → write a name, whose DNS record leads to the load balancer`,
    ),
    ["bücher.de", '"bücher.de" has characters that DNS does not have → write xn--bcher-kva.de'],
    [
      "*.Bücher.de",
      '"*.Bücher.de" has characters that DNS does not have → write *.xn--bcher-kva.de',
    ],
    ["日本。jp", '"日本。jp" has characters that DNS does not have → write xn--wgv71a.jp'],
    ["ü b.de", `"ü b.de" has characters that DNS does not have → ${example}`],
    [
      "shop\u200b.example.com",
      `"shop\\u200b.example.com" has characters that DNS does not have → ${shop}`,
    ],
    ...each(
      ["*", "*.", "*.com", "*.com."],
      (name) =>
        `nobody owns all the names that "${name}" stands for → use a wildcard below a domain that you own, for example *.example.com`,
    ),
    ...each(
      ["www.*.example.com", "w*.example.com", "*w.example.com", "*.*.example.com"],
      (name) =>
        `in "${name}", the wildcard is not the whole first part of the name → write *. and then the rest of the name, for example *.example.com`,
    ),
    ...each(
      ["a.de, b.de", "a.de b.de", "a.de;b.de"],
      (names) =>
        `expected a host name, but this is several: "${names}" → write each as an item of its own: [shop.example.com, www.example.com]`,
    ),
    [
      `${label}a.example.com`,
      `each part of a name, between its dots, can have at most 63 characters, but "${"a".repeat(59)}…" has 64 → shorten it by 1`,
    ],
    [
      `a${longest.replace(label, label.slice(1))}a`,
      "a host name can have at most 253 characters, but this one has 254 → shorten it by 1",
    ],
    ...each(
      ["amazonaws.com", "a-1.eu-west-1.elb.Amazonaws.com", "a.amazonaws.com.cn"],
      (name) =>
        `"${name.toLowerCase()}" belongs to AWS: nobody else can have a certificate or DNS records for it → use a name of a domain that you own, ${example}`,
    ),
    ...each(
      [
        "-a.example.com",
        "a-.example.com",
        "a..example.com",
        ".example.com",
        "shop.example.com..",
        "a_b.example.com",
        "a b.example.com",
        "a.example.c",
        "a.12",
        "a.example.com!",
      ],
      (name) => `"${name}" is not a valid host name → ${form}`,
    ),
  ])("%j is a mistake", (name, mistake) => {
    expect(mistakeIn({ names: [name] })).toBe(`domain.names[0]: ${mistake}`);
  });

  const letters = "abcdefghijklmnopqrstuvwxyz";
  const inner = fc
    .array(fc.constantFrom(...letters, ...letters.toUpperCase(), ..."0123456789-"), {
      minLength: 1,
      maxLength: 63,
    })
    .map((characters) => characters.join("").replace(/^-|-$/g, "a"));
  const top = fc
    .array(fc.constantFrom(...letters), { minLength: 2, maxLength: 10 })
    .map((characters) => characters.join(""));
  const valid = fc
    .tuple(fc.constantFrom("", "*."), fc.array(inner, { minLength: 1, maxLength: 3 }), top)
    .map(([wildcard, labels, last]) => `${wildcard}${[...labels, last].join(".")}`)
    .filter((name) => name.length <= 253);

  test("of any labels is read, whatever its case and its last dot, and it is in its own zone", () => {
    fc.assert(
      fc.property(valid, fc.constantFrom("", "."), (name, dot) => {
        const zone = name.replace("*.", "");
        const domain = { names: [`${name}${dot}`], zone, certificate: CERTIFICATE };
        expect(domainOf(domain)).toEqual({
          names: [name.toLowerCase()],
          zone: zone.toLowerCase(),
          certificate: CERTIFICATE,
        });
      }),
    );
  });

  test("with one character that no name has is refused", () => {
    const wrong = fc.constantFrom(..."_ !\"$%&'()+,/:;<=>?@[\\]^`{|}~*ä\u00ad\u200d");
    fc.assert(
      fc.property(valid, wrong, fc.nat(), (name, character, at) => {
        const place = at % (name.length + 1);
        const written = `${name.slice(0, place)}${character}${name.slice(place)}`;
        fc.pre(!written.startsWith("*.") || character !== "*");
        expect(mistakeIn({ names: [written] })).toMatch(/^domain\.names\[0\]: /);
      }),
    );
  });

  test.each([
    [":", 200_000],
    ["a.", 100_000],
    ["*.", 100_000],
    ["a@", 100_000],
    ["ü", 100_000],
    ["a, ", 80_000],
  ])("of many %j is answered in no time that grows with its square", (part, times) => {
    const before = performance.now();
    expect(mistakeIn({ names: [`${part.repeat(times)}!`] }).length).toBeLessThan(600);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
