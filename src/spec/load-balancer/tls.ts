import { z } from "zod";

const MEANING = "modern is TLS 1.2 and above";

/** Names of versions and of AWS's policies are answered with what our one word means. */
export const tls = z.enum(["modern"], {
  error: ({ input }) => {
    const written = String(input);
    if (/^ELBSecurityPolicy/i.test(written)) {
      return `AWS's security policies cannot be chosen by their names: ${MEANING}`;
    }
    const version = /^(?:tls|ssl)?[\s_-]?v?(1(?:[._][0-3])?|2|3)(?![\d.])/i.exec(written)?.[1];
    if (version === undefined) return undefined;
    return /^1[._][23]$/.test(version)
      ? `the version of TLS is not given as a number: ${MEANING}`
      : `${MEANING}, and older versions are not safe`;
  },
});
