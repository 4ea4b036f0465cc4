/**
 * The options of the AWS CLI's command that deletes an object of AWS WAF.
 *
 * @param arn Ends with the object's name and id ("Resource types defined by AWS WAF V2").
 */
export function wafDeletion(arn: string): Readonly<Record<string, string>> {
  const [name = "", id = ""] = arn.split("/").slice(-2);
  return { scope: "REGIONAL", name, id, "lock-token": "<the LockToken that a get answers>" };
}
