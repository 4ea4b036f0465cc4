import { quote } from "../finding.ts";
import { mappingKey } from "../shared/mapping-key.ts";
import { Mistake, scalar } from "../shared/scalar.ts";
import { parseText } from "../shared/text.ts";

const PATTERN = /^(abi|dev|fs|kernel|net|user|vm)(\.[A-Za-z0-9_-]+)+$/;

/** The name of a setting under /proc/sys, with dots, as sysctl(8) shows it. */
export const kernelSettingName = mappingKey((name) =>
  parseText(name, {
    what: "a kernel setting's name",
    pattern: PATTERN,
    allowed:
      "a name as sysctl shows it, which begins with abi, dev, fs, kernel, net, user or vm and has dots between its parts",
    longest: 128,
    example: "net.ipv4.ip_forward",
    check: unusable,
  }),
);

function unusable(name: string): Mistake | undefined {
  if (/^(kernel\.core_|fs\.suid_dumpable$)/.test(name)) {
    return new Mistake(
      `${quote(name)} is about core dumps, which are disabled in every image`,
      "remove the setting",
    );
  }
  if (/^net\.ipv6\.conf\..*\.disable_ipv6$/.test(name)) {
    return new Mistake(`${quote(name)} is set by image.ipv6`, "use image.ipv6 instead");
  }
  const [, device] = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)/.exec(name) ?? [];
  if (device !== undefined && device !== "all" && device !== "default") {
    return new Mistake(
      `${quote(name)} names one network interface, and servers may give it another name`,
      `use ${name.replace(`.${device}.`, ".all.")} and ${name.replace(`.${device}.`, ".default.")}, which count for every interface`,
    );
  }
  return undefined;
}

/** A number, several numbers with spaces between, or a word. As the kernel shows it again. */
export const kernelSettingValue = scalar(
  { type: ["string", "integer"], pattern: "^[A-Za-z0-9_.,-]+( [A-Za-z0-9_.,-]+)*$", examples: [1] },
  (value, written) => {
    if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
    if (typeof value === "boolean") {
      return new Mistake(
        `expected a kernel setting's value, but ${written} is none`,
        `write ${value ? 1 : 0}`,
      );
    }
    return parseText(value, VALUE, written);
  },
);

const VALUE = {
  what: "a kernel setting's value",
  pattern: /^[A-Za-z0-9_.,-]+( [A-Za-z0-9_.,-]+)*$/,
  allowed: "a whole number, several with one space between them, or a word",
  longest: 200,
  example: "1",
};
