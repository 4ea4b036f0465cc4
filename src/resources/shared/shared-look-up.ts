/**
 * Shares one lookup between all callers that ask the same client the same question while it is in
 * progress. Several types look up the same objects at the start, and would otherwise repeat the
 * same calls.
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
