import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Clients } from "./clients.ts";
import { AwsError } from "./errors.ts";
import { quoted } from "./neutral-words.ts";

const known = new WeakMap<Clients, Promise<string>>();

/**
 * The account of the credentials, looked up once for these clients. A failed lookup is repeated when somebody asks
 * again.
 *
 * @returns the twelve digits of the account id.
 * @throws AwsError when the answer contains something else, because it is not from AWS.
 */
export function lookUpAccount(clients: Clients): Promise<string> {
  const underWay = known.get(clients);
  if (underWay !== undefined) return underWay;
  const account = askForAccount(clients);
  known.set(clients, account);
  account.catch(() => known.delete(clients));
  return account;
}

async function askForAccount(clients: Clients): Promise<string> {
  const { Account = "" } = await clients.sts.send(new GetCallerIdentityCommand({}));
  if (/^\d{12}$/.test(Account)) return Account;
  throw new AwsError(
    `UnreadableAnswer: the account id is ${quoted(Account)}, but an AWS account id has twelve digits`,
    {
      code: "UnreadableAnswer",
      kind: "other",
      operation: "sts:GetCallerIdentity",
      remedy:
        "The server that answered is not AWS. Check the connection, the proxy and AWS_ENDPOINT_URL, then run the same command again.",
    },
  );
}
