/**
 * Shares one lookup between all callers that ask the same client the same question while it is in
 * progress. Several types look up the same objects at the start, and would otherwise repeat the
 * same calls.
 *
 * The rules for a type's sweep:
 * - Every plan sweeps every type, even if the stack file has no section for it. Otherwise, a plan would not
 *   find what a removed section or an interrupted apply left behind. A type that few stacks use, and whose
 *   list no other type needs, has `sweep: "if-used"`: the stack's record of used types says whether it may
 *   have left something (`engine/used-types.ts`). So the plan of a small stack stays at 15 calls.
 * - Types that need the same list ask the same question, with the same filters, and each picks its own
 *   objects from the answer: all instances of the stack serve images, groups and single instances.
 * - A lookup of tags (`ec2:DescribeTags`, `tag:GetResources`) does not replace a sweep. AWS does not say that
 *   it shows a new object as early as the object's own list does, so a missing tag is no proof that the object
 *   does not exist. `strays.ts` uses it only to find more.
 * - Only objects inside another one (the attributes of a load balancer) may depend on what was found: without
 *   the outer object, AWS has none of them, and their lookup needs no call. One follow-up call may serve many
 *   outer objects, and parallel calls replace calls in sequence: `test/resources/call-budget.test.ts`.
 */
export function sharedLookUp<Client extends object, Question, Answer>(
  look: (client: Client, question: Question) => Promise<Answer>,
): (client: Client, question: Question) => Promise<Answer> {
  const underWay = new WeakMap<Client, Map<string, Promise<Answer>>>();
  return (client, question) => {
    const asked = underWay.get(client) ?? new Map<string, Promise<Answer>>();
    underWay.set(client, asked);
    const key = JSON.stringify(question);
    const known = asked.get(key);
    if (known !== undefined) return known;
    const answer = look(client, question).finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  };
}
