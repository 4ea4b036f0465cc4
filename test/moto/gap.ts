import type { Send } from "./guests.ts";
import type { QueryAnswer, QueryRequest } from "./query.ts";

/**
 * Something that AWS can do and moto cannot, and without which no scenario could be played at all, or none with a network
 * of its own. The rest of what moto lacks is left as it is: see not-playable.yaml.
 */
export interface Gap {
  readonly title: string;
  /** What AWS does, by its documentation, and what moto does instead. */
  readonly because: string;
  concerns(request: QueryRequest): boolean;
  /** Answers with calls that moto has. */
  fill(request: QueryRequest, send: Send): Promise<QueryAnswer>;
}
