import { Mistake } from "./scalar.ts";
import { text } from "./text.ts";

/** "General purpose bucket naming rules", Amazon S3 User Guide: what AWS keeps for itself. */
const RESERVED =
  /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|^\d+\.\d+\.\d+\.\d+$/;

/** The name of an existing S3 bucket. */
export function bucketName() {
  return text({
    what: "a bucket name",
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    allowed:
      "3 to 63 lowercase letters, digits, hyphens and dots, starting and ending with a letter or digit",
    longest: 63,
    example: "my-bucket",
    check: (name) => {
      const path = /^(?:s3:\/\/|arn:[\w-]+:s3:::)([^/]+)/.exec(name)?.[1];
      if (path !== undefined) {
        return new Mistake("this is an address, not the name of a bucket", `write ${path}`);
      }
      return RESERVED.test(name) || name.includes("..")
        ? new Mistake(
            `${name} cannot be the name of a general purpose bucket`,
            "name an existing general purpose bucket",
          )
        : undefined;
    },
  });
}
