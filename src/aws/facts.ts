import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clients } from "./clients.ts";

/** The account or region is not as the stack file assumes; the message says how, `remedy` what to do. */
export class FactError extends Error {
  override readonly name = "FactError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** @returns the account's twelve digits. */
export async function lookUpAccount(clients: Clients): Promise<string> {
  const { Account } = await clients.sts.send(new GetCallerIdentityCommand({}));
  return Account ?? "";
}
