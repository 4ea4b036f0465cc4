import { neutralize } from "./text.ts";

/** The AWS that a stack lives in. */
export interface Place {
  readonly region: string;
  readonly account: string;
  /** Whether it is the embedded AWS, whose account number means nothing to anyone. */
  readonly isSandbox: boolean;
}

/** For the head of a plan or a status: "the sandbox, ap-southeast-2" or "ap-southeast-2, account 123456789012". */
export function placeWords({ region, account, isSandbox }: Place): string {
  return isSandbox
    ? `the sandbox, ${neutralize(region)}`
    : `${neutralize(region)}, account ${neutralize(account)}`;
}
